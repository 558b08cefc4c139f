"""What a provider is asked and what it tells: values, no network, no database."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from apps.outbound.messages import NO_HEADERS
from apps.shipments.reports import Report

NOTHING: Mapping[str, str] = MappingProxyType({})


class Trouble(StrEnum):
    """The nine ways an answer can be no news."""

    NOT_FOUND = "not_found"  # the source does not know the number: ask again, ever later
    INVALID_NUMBER = "invalid_number"  # it never will: stop, tell staff
    ACCESS_DENIED = "access_denied"  # not this parcel: stop, tell staff
    AUTH_FAILED = "auth_failed"  # not with these credentials: pause the account, tell staff
    RATE_LIMITED = "rate_limited"  # too fast: slow the whole credential
    QUOTA_EXHAUSTED = "quota_exhausted"  # too often: nothing more until the quota is new
    TRANSIENT = "transient"  # broken, late or unreachable: again soon
    MALFORMED = "malformed"  # not what was agreed: keep a sample, again later
    PARTIAL = "partial"  # answered for others of the batch, not for this one


class Problem(Struct, frozen=True):
    """Why there is no news. `detail` is ours, for staff: never the source's text or a secret.

    `until` is when asking makes sense again, where the source said so.
    """

    trouble: Trouble
    detail: str = ""
    until: datetime | None = None


class Ask(Struct, frozen=True):
    """One parcel to ask about.

    `name` is what the provider knows it by: a tracking number, or a reference where the
    client asks by reference. `carrier_code` is ours. `postal_code` is the recipient's, only
    filled for clients that want it. `remote` is what the provider told us to say next time.
    """

    name: str
    carrier_code: str = ""
    postal_code: str = ""
    remote: Mapping[str, str] = NOTHING


class Request(Struct, frozen=True):
    """One call for some asks. `path` and `query` go behind the account's base address.

    The query is joined and quoted by the sync; no secret belongs in it.
    """

    asks: tuple[Ask, ...]
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    headers: Mapping[str, str] = NO_HEADERS
    body: bytes = b""


class Answer(Struct, frozen=True):
    """What a provider told about the parcel it calls `name`. Answers are matched by name.

    `told` is None when it only took note of an enrolment and can be asked now. `remote` is
    merged into what is said next time.
    """

    name: str
    told: Report | Problem | None
    remote: Mapping[str, str] = NOTHING


class Push(Struct, frozen=True):
    """What a provider sent of its own accord.

    `sender_id` is its own id of the message, the same when it is sent again; empty where
    there is none, then the body's digest stands in.
    """

    answers: tuple[Answer, ...]
    sender_id: str = ""
