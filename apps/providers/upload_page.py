"""The page on which staff upload a table of events: checked first, then recorded.

Between the two steps the table travels in the page, signed, so that nothing of it is stored
before somebody says so.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.dialects.generic_csv import COLUMNS, NEEDED
from apps.dialects.payloads import Refused
from apps.providers.models import Account
from apps.providers.uploading import MOST_BYTES, TOO_LARGE, Upload

GOOD_FOR_SECONDS = 3600
# Room in the second form for its other field.
SPARE_BYTES = 1000
MOST_FAULTS = 100


class _Bytes:
    """Has bytes signed as they are."""

    def dumps(self, payload: bytes) -> bytes:
        return payload

    def loads(self, payload: bytes) -> bytes:
        return payload


class TableForm(forms.Form):
    """When it is valid, `upload` is the table, and `sealed` what carries it to the next step."""

    upload: Upload
    sealed: str

    def __init__(self, account: Account, *said: Any) -> None:
        super().__init__(*said)
        self.account = account
        self.salt = f"providers.upload.{account.pk}"

    def open(self, payload: bytes) -> None:
        try:
            self.upload = Upload(self.account, payload)
        except Refused as refusal:
            raise ValidationError([f"{f.path}: {f.reason}" for f in refusal.faults]) from None


class CheckForm(TableForm):
    file = forms.FileField(
        label=gettext_lazy("Table"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=format_lazy(
            gettext_lazy(
                "CSV in UTF-8, a line an event. Columns: {needed}. It may also have {more}."
            ),
            needed=", ".join(NEEDED),
            more=", ".join(COLUMNS[len(NEEDED) :]),
        ),
    )

    def clean_file(self) -> None:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        payload = file.read()
        self.open(payload)
        self.sealed = signing.dumps(payload, salt=self.salt, serializer=_Bytes, compress=True)
        if len(self.sealed) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - SPARE_BYTES:
            raise ValidationError(_("It is too large for this page. Use manage.py import_events."))


class RecordForm(TableForm):
    checked = forms.CharField()

    def clean_checked(self) -> str:
        self.sealed = self.cleaned_data["checked"]
        try:
            payload = signing.loads(
                self.sealed, salt=self.salt, serializer=_Bytes, max_age=GOOD_FOR_SECONDS
            )
        except signing.BadSignature:
            raise ValidationError(_("It was checked too long ago. Choose it again.")) from None
        self.open(payload)
        return self.sealed


def answer(request: HttpRequest, account: Account, now: datetime) -> dict[str, Any]:
    """Check or record what was sent; return what the template shows of it."""
    if request.method != "POST":
        return {"form": CheckForm(account)}
    is_second = "checked" in request.POST
    form = (RecordForm if is_second else CheckForm)(account, request.POST, request.FILES)
    if not form.is_valid():
        return {"form": CheckForm(account), "errors": form.errors}
    upload = form.upload
    is_whole = _is_run(upload.record if is_second else upload.check, now)
    is_recorded = is_second and is_whole
    faults = upload.faults
    return {
        "form": CheckForm(account),
        "upload": upload,
        "taken": upload.taken,
        "faults": faults[:MOST_FAULTS],
        "more_faults": len(faults[MOST_FAULTS:]),
        "is_whole": is_whole,
        "is_recorded": is_recorded,
        "sealed": "" if is_recorded else form.sealed,
    }


def _is_run(act: Callable[[datetime], None], now: datetime) -> bool:
    """Check or record; tell whether the database went along to the end."""
    try:
        act(now)
    except (InterfaceError, OperationalError):
        return False
    return True
