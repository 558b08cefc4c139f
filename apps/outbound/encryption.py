"""Secrets at rest: a model field of texts by name, encrypted with keys of their own.

Keys are in `CREDENTIAL_KEYS`; the first encrypts, all of them decrypt, so that a new key can
be put first and the old one taken away once `manage.py rotate_credentials` has run.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Unreadable(ImproperlyConfigured):
    """No key we have opens what is stored."""

    def __init__(self) -> None:
        super().__init__("Credentials cannot be read: CREDENTIAL_KEYS lacks the key they need.")


class Sealed(Mapping[str, str]):
    """Secrets by name. Shows and prints the names only.

    What comes from the database is opened when it is first looked into, so that a missing
    key stops the asking and not every page with an account on it.
    """

    def __init__(self, secrets: Mapping[str, str] | None = None, **named: str) -> None:
        self.text = ""
        self._opened: dict[str, str] | None = {**(secrets or {}), **named}

    @classmethod
    def stored(cls, text: str) -> "Sealed":
        """Return what the database holds, still closed."""
        found = cls()
        found.text, found._opened = text, None
        return found

    @property
    def opened(self) -> dict[str, str]:
        if self._opened is None:
            self._opened = dict(unseal(self.text))
        return self._opened

    def __getitem__(self, name: str) -> str:
        return self.opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.opened)

    def __len__(self) -> int:
        return len(self.opened)

    def __repr__(self) -> str:
        if self._opened is None:
            return "<closed>"
        return f"<{', '.join(sorted(self._opened)) or 'nothing'}>"

    __str__ = __repr__


def seal(secrets: Mapping[str, str]) -> str:
    opened = msgspec.json.encode(dict(secrets))
    return _keys(tuple(settings.CREDENTIAL_KEYS)).encrypt(opened).decode()


def unseal(text: str) -> Sealed:
    """Return the secrets; raise `Unreadable` rather than go on with blank ones."""
    if not text:
        return Sealed()
    try:
        opened = _keys(tuple(settings.CREDENTIAL_KEYS)).decrypt(text.encode())
    except InvalidToken as error:
        raise Unreadable from error
    return Sealed(msgspec.json.decode(opened, type=dict[str, str]))


@lru_cache(maxsize=8)
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A dictionary of secrets. Cannot be searched; left out of dumps by `value_to_string`."""

    # What the type checker takes the attribute for.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(blank=True, default=Sealed, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("blank", "default", "editable"):
            kwargs.pop(fixed)
        return name, path, args, kwargs

    def from_db_value(self, value: str, expression: object, connection: object) -> Sealed:
        return Sealed.stored(value)

    def to_python(self, value: Any) -> Sealed:
        return value if isinstance(value, Sealed) else Sealed(value or {})

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, Sealed) and value.text:
            return value.text  # as it was stored, opened or not
        return seal(value) if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        return ""
