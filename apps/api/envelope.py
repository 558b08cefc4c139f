"""What all our APIs have in common: keys, counting, negotiation, bodies. DRF's part."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api import errors
from apps.api.authentication import KeyInHeader, note_use
from apps.api.languages import Language
from apps.api.models import ApiKey, Scope
from apps.api.throttling import PerKey


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else msgspec.json.encode(data)


class JsonOnly(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Iterable[Any]) -> None:
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        if not takes_json(request):
            raise errors.Refusal(406)
        (renderer,) = renderers
        return renderer, renderer.media_type


def takes_json(request: Request) -> bool:
    if not request.headers.get("accept", "").strip():
        return True
    types = {(accepted.main_type, accepted.sub_type) for accepted in request.accepted_types}
    return bool(types & {("application", "json"), ("application", "*"), ("*", "*")})


class InScope(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        scope = view.scopes.get(request.method)  # type: ignore[attr-defined]
        return scope is None or (isinstance(request.auth, ApiKey) and request.auth.may(scope))


class Door(APIView):
    """One address of an API. A class names its language and the scope each method needs.

    `key` is the caller's `ApiKey`, `correlation_id` a UUID of this one answer, `base` our
    own address without a slash at its end.
    """

    language: ClassVar[Language]
    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.READ, "HEAD": Scope.READ}
    http_method_names = ["get", "head", "post", "put"]
    throttle_classes = []
    permission_classes = [InScope]
    renderer_classes = [Json]
    parser_classes = []
    content_negotiation_class = JsonOnly
    metadata_class = None

    # Set once a call was counted.
    throttle: PerKey | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.correlation_id = str(uuid.uuid4())

    @property
    def key(self) -> ApiKey:
        return cast(ApiKey, self.request.auth)

    @property
    def base(self) -> str:
        return (settings.PUBLIC_URL or self.request.build_absolute_uri("/")).rstrip("/")

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [KeyInHeader(self.language.key_header, self.language.key_scheme)]

    def get_exception_handler(self) -> Callable[..., Any]:
        return errors.answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if declared_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise errors.Refusal(413)

    def perform_authentication(self, request: Request) -> None:
        """Count every call before it can be refused, so that guessing is slow too."""
        try:
            super().perform_authentication(request)
        finally:
            self.throttle = PerKey()
            if not self.throttle.allow_request(request, self):
                self.throttled(request, self.throttle.wait())
        note_use(self.key, timezone.now())

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response[self.language.id_header] = self.correlation_id
        for name, value in (self.throttle.headers() if self.throttle else {}).items():
            response[name] = value
        return response


def json_body(request: Request) -> bytes:
    """Return the body of a writing request as it was sent.

    Raises a `Refusal`: 415 for anything but JSON in UTF-8, 413 for more than we take.
    A request that names no type is taken for JSON.
    """
    http = request._request
    charset = (http.content_params or {}).get("charset", "utf-8").lower()
    if http.content_type not in ("", "application/json") or charset not in ("utf-8", "utf8"):
        raise errors.Refusal(415)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.Refusal(415)
    body = chunked_body(http) if is_chunked(http) else whole_body(http)
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise errors.Refusal(413)
    return body


def declared_length(request: Request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise errors.Refusal(400, message="The length of the body is no number.") from error


def is_chunked(request: HttpRequest) -> bool:
    """Tell whether the length is unknown; only such servers end the stream by themselves."""
    return not request.META.get("CONTENT_LENGTH") and bool(
        request.META.get("wsgi.input_terminated")
    )


def whole_body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except OSError as error:
        raise errors.Refusal(400, message="The body ended too early.") from error


def chunked_body(request: HttpRequest) -> bytes:
    """Read one byte more than we take at most; who asks again is given the same."""
    if hasattr(request, "_body"):
        return request.body
    left = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    pieces: list[bytes] = []
    while left > 0 and (piece := request.META["wsgi.input"].read(left)):
        pieces.append(piece)
        left -= len(piece)
    request._body = b"".join(pieces)
    return request.body
