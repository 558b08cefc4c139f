from django.urls import path, register_converter

from apps.pages import views


class TokenConverter:
    """What a link's secret looks like; anything else is no address of ours."""

    regex = "[A-Za-z0-9_-]{20,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TokenConverter, "token")

app_name = "pages"
urlpatterns = [
    path("", views.start, name="start"),
    path("robots.txt", views.robots, name="robots"),
    path("t/<token:token>/", views.tracking, name="tracking"),
    path("t/<token:token>/live", views.live, name="live"),
]
