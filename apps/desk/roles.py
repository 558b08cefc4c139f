"""Who may do what at the desk.

A seat (`Membership`) gives somebody a role at one merchant. Superusers are the platform's staff
and may do everything everywhere. Whoever has no seat sees an empty desk.
"""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.desk.models import Membership, Role
from apps.shipments.models import Merchant

LOOKERS = frozenset({Role.OPERATOR, Role.EDITOR, Role.VIEWER})
BRANDERS = frozenset({Role.OPERATOR, Role.EDITOR})
OPERATORS = frozenset({Role.OPERATOR})
# No seat is enough: superusers only.
PLATFORM: frozenset[Role] = frozenset()

_KEPT = "_desk_seats"


def seats_of(user: AbstractBaseUser | AnonymousUser) -> dict[int, Role]:
    """Return somebody's role by merchant; one query a request, since users live as long."""
    seats: dict[int, Role] | None = getattr(user, _KEPT, None)
    if seats is None:
        seats = _read(user) if user.is_authenticated and user.is_active else {}
        setattr(user, _KEPT, seats)
    return seats


def _read(user: AbstractBaseUser | AnonymousUser) -> dict[int, Role]:
    rows = Membership.objects.filter(user=user.pk or 0).values_list("merchant_id", "role")
    return {merchant: Role(role) for merchant, role in rows}


def is_platform(request: HttpRequest) -> bool:
    """Tell whether the platform's own staff are asking."""
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


def merchant_ids(request: HttpRequest, roles: Collection[Role] = LOOKERS) -> list[int] | None:
    """Return the merchants at which somebody has one of the roles; None says: all there are."""
    if is_platform(request):
        return None
    seats = seats_of(request.user)
    return sorted(merchant for merchant, role in seats.items() if role in roles)


def merchants(
    request: HttpRequest, roles: Collection[Role] = LOOKERS
) -> QuerySet[Merchant, Merchant]:
    """Return the merchants at which somebody has one of the roles; superusers': all."""
    ids = merchant_ids(request, roles)
    return Merchant.objects.all() if ids is None else Merchant.objects.filter(pk__in=ids)


def may(request: HttpRequest, merchant_id: int | None, roles: Collection[Role] = LOOKERS) -> bool:
    """Tell whether somebody has one of the roles at this merchant."""
    if is_platform(request):
        return True
    return merchant_id is not None and seats_of(request.user).get(merchant_id) in roles


def has_seat(request: HttpRequest, roles: Collection[Role] = LOOKERS) -> bool:
    """Tell whether somebody has one of the roles anywhere."""
    return is_platform(request) or any(role in roles for role in seats_of(request.user).values())
