"""What is to be found at a merchant's own host."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.pages.urls")),
    path("", include("apps.mails.urls")),
]

handler400 = "apps.pages.errors.unreadable"
handler403 = "apps.pages.errors.forbidden"
handler404 = "apps.pages.errors.not_found"
handler500 = "apps.pages.errors.failed"
