"""What all addresses of our own API have in common."""

from typing import Any, ClassVar

from msgspec import UNSET, Struct
from msgspec.structs import asdict
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.envelope import Door, json_body
from apps.api.errors import refusal_of
from apps.api.languages import NATIVE
from apps.api.models import Scope
from apps.dialects import payloads
from apps.dialects.payloads import T
from apps.shipments.models import Merchant


class NativeDoor(Door):
    """One address under `/api/`. Writing takes a key with the scope `write`, unless said else."""

    language = NATIVE
    http_method_names = ["get", "head", "post", "patch", "delete"]
    scopes: ClassVar[dict[str, Scope]] = {
        "GET": Scope.READ,
        "HEAD": Scope.READ,
        "POST": Scope.WRITE,
        "PATCH": Scope.WRITE,
        "DELETE": Scope.WRITE,
    }

    @property
    def merchant(self) -> Merchant:
        """Return the merchant whose key it is; every scope used here has one."""
        merchant = self.key.merchant
        if merchant is None:
            raise Merchant.DoesNotExist
        return merchant

    @property
    def merchant_id(self) -> int:
        """Return the merchant's id, without asking the database."""
        merchant_id = self.key.merchant_id
        if merchant_id is None:
            raise Merchant.DoesNotExist
        return merchant_id

    @property
    def letters(self) -> str:
        """Return the key itself, as it was sent."""
        return str(self.request.headers["authorization"]).partition(" ")[2].strip()


def body_of(request: Request, shape: type[T], *, is_optional: bool = False) -> T:
    """Return what was sent as `shape`; raise a `Refusal`: 400 for bad JSON, 422 for bad content.

    An optional body that is not there is `{}`.
    """
    body = json_body(request)
    try:
        return payloads.decode(body or b"{}" if is_optional else body, shape)
    except payloads.Refused as refused:
        raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused


def given(change: Struct) -> dict[str, Any]:
    """Return the fields of a change that were sent, without those that were left out."""
    return {name: value for name, value in asdict(change).items() if value is not UNSET}


def created(body: Any, address: str) -> Response:
    """Answer 201 with what was made, and where it is."""
    return Response(body, status=201, headers={"Location": address})
