"""What a key can be told about itself, and another one in its place."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.api.models import ApiKey, Scope
from apps.api.rotating import LONGEST_OVERLAP, OVERLAP, Unrotatable, rotate
from apps.api.throttling import most_a_minute
from apps.dialects import moments
from apps.native.door import NativeDoor, body_of
from apps.native.idempotency import once_secret

HOUR = timedelta(hours=1)


class KeyAnswer(Struct, frozen=True):
    """What is known of a key. `last_used_at` is exact to a minute; times are null where none is."""

    prefix: str
    name: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    requests_a_minute: int


class RotateKey(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old key goes on."""

    overlap_hours: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP // HOUR)] = OVERLAP // HOUR


class NewKeyAnswer(Struct, frozen=True):
    """The new key with its letters, which are shown this once, and when the old one ends."""

    key: KeyAnswer
    letters: str
    old_key_ends_at: str


class OwnKey(NativeDoor):
    """GET /api/key: what is known of the key that is sent. Every key may ask, a carrier's too."""

    scopes: ClassVar[dict[str, Scope]] = {}
    http_method_names = ["get", "head"]

    def get(self, request: Request) -> Response:
        return Response(answer_of(self.key))


class KeyRotation(NativeDoor):
    """POST /api/key/rotate: make a key in the place of the one that is sent."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.MANAGE}
    http_method_names = ["post"]

    @once_secret
    def post(self, request: Request) -> Response:
        overlap = body_of(request, RotateKey, is_optional=True).overlap_hours * HOUR
        try:
            new, letters = rotate(self.key.pk, timezone.now(), overlap)
        except Unrotatable as why:
            raise Refusal(409, message=str(why)) from why
        self.key.refresh_from_db(fields=["expiry_date"])
        ends_at = _time(self.key.expiry_date) or ""
        return Response(NewKeyAnswer(answer_of(new), letters, ends_at), status=201)


def answer_of(key: ApiKey) -> KeyAnswer:
    return KeyAnswer(
        prefix=key.prefix,
        name=key.name,
        scopes=list(key.scopes),
        created_at=moments.iso_utc(key.created),
        expires_at=_time(key.expiry_date),
        last_used_at=_time(key.last_used_at),
        requests_a_minute=most_a_minute(),
    )


def _time(at: Any) -> str | None:
    return moments.iso_utc(at) if at else None
