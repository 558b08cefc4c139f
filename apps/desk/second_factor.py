"""A code from somebody's telephone, asked for after the password of whoever set it up."""

from typing import Any

import django_otp
import segno
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
TELEPHONE, PAPER = "telephone", "recovery codes"
_KEPT = "_desk_has_second_factor"


def has_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether somebody is to be asked for a code; one query a request."""
    found: bool | None = getattr(user, _KEPT, None)
    if found is None:
        devices = TOTPDevice.objects.filter(user_id=user.pk, confirmed=True)
        found = user.is_authenticated and devices.exists()
        setattr(user, _KEPT, found)
    return found


def is_proved(user: Any) -> bool:
    """Tell whether this session has shown all that its user set up."""
    return bool(getattr(user, "is_verified", bool)()) or not has_one(user)


def accepted(user: Any, code: str) -> Any:
    """Return the device that a code is right for, or None. Wrong codes slow the next ones."""
    code = "".join(code.split()).lower()
    if not code.isascii() or not code.isprintable():
        code = ""  # wrong as any other, in characters that a database takes
    kind: Any = TOTPDevice if code.isdecimal() else StaticDevice
    for device in kind.objects.filter(user_id=user.pk, confirmed=True):
        if found := django_otp.verify_token(user, device.persistent_id, code):
            return found
    return None


def begin(user: Any) -> TOTPDevice:
    """Return a device that waits for its first code, in place of earlier ones that still do."""
    TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).delete()
    return TOTPDevice.objects.create(user_id=user.pk, name=TELEPHONE, confirmed=False)


def begun(user: Any) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).first()


def confirm(user: Any, device: TOTPDevice, code: str) -> list[str]:
    """Put a device to use if its code is right; return codes for when it is lost, else []."""
    code = "".join(code.split())
    if not code.isdecimal() or not django_otp.verify_token(user, device.persistent_id, code):
        return []
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        return _recovery_codes(user)


def remove(user: Any) -> None:
    """Forget all that was set up."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.filter(user_id=user.pk).delete()


def picture(device: TOTPDevice) -> str:
    """Return the device's key for a telephone's camera, as the address of an SVG image."""
    return str(segno.make_qr(device.config_url).svg_data_uri(scale=5, light="#fff"))


def key_of(device: TOTPDevice) -> str:
    """Return the device's key for typing, in groups of four."""
    text = device.config_url.partition("secret=")[2].partition("&")[0]
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user_id=user.pk, name=PAPER)
    # Letters first, so that none is taken for a code of the telephone.
    codes = [f"r{StaticToken.random_token()}" for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
