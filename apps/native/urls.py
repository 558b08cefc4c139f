"""Our own API. Addresses end without a slash; what is none of them is answered by `api`."""

from django.urls import URLPattern

app_name = "native"
urlpatterns: list[URLPattern] = []
