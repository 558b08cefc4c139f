"""Where people ask for mail, confirm that they want it, and end it."""

from django.urls import path

from apps.mails import code_view, hearing, own_views, views
from apps.pages import urls as pages

# The shapes of secrets in addresses are registered there.
TOKEN = f"<{pages.LINK_SHAPE}:token>"

app_name = "mails"
urlpatterns = [
    path(f"t/{TOKEN}/news", views.news, name="news"),
    path(f"t/{TOKEN}/link", views.link, name="link"),
    path(f"t/{TOKEN}/code", code_view.code, name="code"),
    path(f"m/{TOKEN}/", own_views.choices, name="choices"),
    path(f"m/{TOKEN}/confirm", own_views.confirm, name="confirm"),
    path(f"m/{TOKEN}/stop", own_views.stop, name="stop"),
    path("mail/events", hearing.hear, name="events"),
]
