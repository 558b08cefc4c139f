"""Lists a page at a time. A page goes on from the keys of the last row that was shown.

So a page costs the same however far down it is, and rows that come or go meanwhile neither
repeat nor hide others.
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from msgspec import Struct
from rest_framework.request import Request

from apps.api import parameters
from apps.api.errors import Refusal
from apps.shipments.reports import Fault

M = TypeVar("M", bound=Model)

USUAL, MOST = 25, 100
# What every list takes.
PAGING = ("cursor", "limit")
LONGEST_CURSOR = 1000
FAULTS = {
    "invalid_format": "It is not a whole number.",
    "value_too_small": "It is less than 1.",
    "value_too_large": f"It is more than {MOST}.",
}
NO_CURSOR = "It is not the `next_cursor` of an earlier answer to the same list."


class Page(Struct, Generic[M], frozen=True):
    """The rows of one page, and where the next one begins; None after the last."""

    rows: list[M]
    next_cursor: str | None

    def body(self, data: Sequence[Any]) -> dict[str, Any]:
        """Return the answer in which `data` stands for the rows."""
        return {"data": data, "next_cursor": self.next_cursor}


def page_of(request: Request, queryset: QuerySet[M], order: Sequence[str] = ("-pk",)) -> Page[M]:
    """Return the page that `cursor` and `limit` (1 to 100, 25 if unsaid) ask for. One statement.

    `order` names columns of the model that are never null and, together, unique; an index should
    begin with them. Raises a `Refusal` (422) for a limit or a cursor that is none.
    """
    limit = limit_of(request)
    signer = Signer(salt=f"native.paging:{queryset.model._meta.label_lower}:{','.join(order)}")
    given = request.query_params.get("cursor")
    if given is not None:
        queryset = queryset.filter(_after(order, _opened(given, signer, queryset.model, order)))
    rows = list(queryset.order_by(*order)[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    keys = [_field(queryset.model, name).value_to_string(rows[limit - 1]) for name in order]
    return Page(rows[:limit], signer.sign_object(keys))


def limit_of(request: Request, most: int = MOST) -> int:
    """Return how many rows are asked for; raise a `Refusal` (422) for nonsense."""
    try:
        return parameters.whole_number(
            request.query_params, "limit", default=USUAL, least=1, most=most
        )
    except parameters.Unfit as unfit:
        raise unfit_parameter("limit", FAULTS[unfit.fault]) from unfit


def check_parameters(request: Request, known: Collection[str]) -> None:
    """Raise a `Refusal` (422) for a parameter that the address does not know, or that comes twice.

    What is misspelt would otherwise be passed over, and the answer be taken for what it is not.
    """
    faults = [
        Fault(f"$.{name}", "It is given twice." if name in known else "There is no such parameter.")
        for name, values in request.query_params.lists()
        if name not in known or len(values) > 1
    ]
    if faults:
        raise Refusal(422, message="The query cannot be taken.", faults=tuple(faults))


def unfit_parameter(name: str, why: str) -> Refusal:
    """Return the refusal of one parameter of the query."""
    faults = (Fault(f"$.{name}", why),)
    return Refusal(422, message="The query cannot be taken.", faults=faults)


def unsealed(given: str, signer: Signer) -> Any:
    """Return what a cursor holds; raise `BadSignature` for one that the signer did not make."""
    if len(given) > LONGEST_CURSOR:
        raise BadSignature
    return signer.unsign_object(given)


def _field(model: type[Model], name: str) -> Any:
    plain = name.removeprefix("-")
    return model._meta.pk if plain == "pk" else model._meta.get_field(plain)


def _opened(given: str, signer: Signer, model: type[Model], order: Sequence[str]) -> list[Any]:
    """Return the values of a cursor. Only we can have made it, for this list."""
    try:
        keys = unsealed(given, signer)
        fields = [_field(model, name) for name in order]
        return [field.to_python(key) for field, key in zip(fields, keys, strict=True)]
    except (BadSignature, ValidationError, ValueError, TypeError) as error:
        raise unfit_parameter("cursor", NO_CURSOR) from error


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return what comes after a row. The first column's own bound lets an index be used."""
    name, beyond = order[0].removeprefix("-"), "lt" if order[0].startswith("-") else "gt"
    is_beyond = Q(**{f"{name}__{beyond}": values[0]})
    if len(order) == 1:
        return is_beyond
    same = Q(**{name: values[0]}) & _after(order[1:], values[1:])
    return Q(**{f"{name}__{beyond}e": values[0]}) & (is_beyond | same)
