"""What each role may do with each table, as Django's permissions.

Django's own user and group permissions count for nothing here: there is one way to a right, a
seat, and one place that says what it is worth.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from apps.desk.models import Role
from apps.desk.roles import seats_of
from apps.desk.scopes import LOG, PLATFORM, SCOPES

LOOK = frozenset({"view"})
KEEP = LOOK | {"add", "change"}
ALL = KEEP | {"delete"}
NOTHING: frozenset[str] = frozenset()

# Of a merchant's tables, where nothing else is said.
USUAL = {Role.OPERATOR: ALL, Role.EDITOR: LOOK, Role.VIEWER: LOOK}
LOOKED_AT = {Role.OPERATOR: LOOK, Role.EDITOR: LOOK, Role.VIEWER: LOOK}
BRAND = {Role.OPERATOR: ALL, Role.EDITOR: KEEP, Role.VIEWER: LOOK}
UNUSUAL = {
    "branding.asset": BRAND,
    "branding.brand": BRAND,
    "branding.draft": BRAND,
    "branding.historicalbrand": LOOKED_AT,
    "desk.run": LOOKED_AT,
    "shipments.carrier": LOOKED_AT,
    "shipments.carriername": LOOKED_AT,
    # A merchant comes and goes by the platform's word only; whom to write to it says itself.
    "shipments.merchant": {**LOOKED_AT, Role.OPERATOR: LOOK | {"change"}},
}


def rights(role: Role, label: str) -> frozenset[str]:
    """Return what a role may do with the rows of a table that are its merchant's."""
    scope = SCOPES.get(label, PLATFORM)
    if scope == PLATFORM:
        return NOTHING
    table = LOOKED_AT if scope == LOG else UNUSUAL.get(label, USUAL)
    return table[role]


def roles_for(model: type[Model], verb: str) -> frozenset[Role]:
    """Return the roles that may do something (view, add, change, delete) with a table's rows."""
    label = model._meta.label_lower
    return frozenset(role for role in Role if verb in rights(role, label))


def _permissions(roles: set[Role]) -> set[str]:
    return {
        f"{app}.{verb}_{model}"
        for app, model in (label.split(".") for label in SCOPES)
        for role in roles
        for verb in rights(role, f"{app}.{model}")
    }


class SeatBackend(ModelBackend):
    """Logs in by name and password; what somebody may do follows from their seats."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return _permissions(set(seats_of(user_obj).values()))
