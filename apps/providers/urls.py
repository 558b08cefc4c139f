"""Where providers send their pushes, and machines beside us ask how we are."""

from django.urls import path

from apps.providers import hooks, operations

app_name = "providers"
urlpatterns = [
    path("hooks/<str:token>/", hooks.hear, name="hook"),
    path("health/live", operations.live, name="live"),
    path("health/ready", operations.ready, name="ready"),
    path("metrics", operations.metrics, name="metrics"),
]
