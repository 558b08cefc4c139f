from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def hello(request: HttpRequest) -> HttpResponse:
    """The reference: what a request costs behind the shipped middleware, and nothing else."""
    request.body  # noqa: B018  a push's body is read too
    return HttpResponse("hello")


urlpatterns = [path("hello", hello), path("", include("tracking_site.urls"))]
