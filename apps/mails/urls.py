"""Where people ask for mail, confirm that they want it, and end it."""

from django.urls import URLPattern

app_name = "mails"
urlpatterns: list[URLPattern] = []
