from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("apps.pages.urls")),
    path("", include("apps.mails.urls")),
    path("api/", include("apps.native.urls")),
    path("", include("apps.api.urls")),
    path("", include("apps.providers.urls")),
]

handler400 = "apps.pages.errors.unreadable"
handler403 = "apps.pages.errors.forbidden"
handler404 = "apps.pages.errors.not_found"
handler500 = "apps.pages.errors.failed"
