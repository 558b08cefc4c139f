"""A watch that staff make by hand, for providers that are asked by reference."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.providers import enrolling
from apps.providers.base import AsksBy
from apps.providers.models import Account, Watch
from apps.providers.registry import CLIENTS
from apps.shipments.models import Shipment, fold_number
from apps.shipments.reports import Limits


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, account: Account) -> str:
        return f"{account.merchant}: {account}"


class WatchForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    account = AccountField(queryset=Account.objects.none())
    reference = forms.CharField(
        label=gettext_lazy("Shipment"),
        max_length=Limits.REFERENCE,
        help_text=gettext_lazy("Its reference (sp_…, EC-…) or the shop's own."),
        widget=AdminTextInputWidget,
    )

    class Meta:
        model = Watch
        fields = ("account", "name")
        help_texts = {"name": gettext_lazy("What the provider knows the shipment by.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the type checker
        field.queryset = _askable_by_reference()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable() or not fold_number(name):
            raise ValidationError(_("This is no name a provider could know."))
        return name

    def clean(self) -> dict[str, Any]:
        """Find the shipment among those of the account's merchant."""
        said = super().clean() or {}
        if {"account", "reference"} <= said.keys():
            try:
                said["shipment"] = _shipment(said["account"].merchant_id, said["reference"])
            except ValueError as error:
                self.add_error("reference", str(error))
        if {"shipment", "name"} <= said.keys() and self._is_watched(said):
            self.add_error("name", _("The account watches this already."))
        return said

    def _is_watched(self, said: dict[str, Any]) -> bool:
        same = Watch.objects.filter(account=said["account"], shipment=said["shipment"])
        return same.filter(folded=fold_number(said["name"])).exists()

    def store(self, now: datetime) -> None:
        """Save a valid form's watch, due as soon as its provider may be asked."""
        watch: Watch = self.instance
        watch.shipment = self.cleaned_data["shipment"]
        watch.folded = fold_number(watch.name)
        watch.created_at, watch.due_at = now, enrolling.due_at(watch.account.kind, now)
        watch.save()


def _askable_by_reference() -> "QuerySet[Account]":
    kinds = [
        kind
        for kind, client in CLIENTS.items()
        if client.asks_by == AsksBy.REFERENCE and client.can_be_asked
    ]
    accounts = Account.objects.filter(kind__in=kinds, is_active=True)
    return accounts.select_related("merchant").defer("credentials", "token")


def _shipment(merchant_id: int, reference: str) -> Shipment:
    """Return a merchant's shipment by reference; raise `ValueError` with words for staff."""
    is_named = (
        Q(reference=reference.lower())
        | Q(consignment_reference=reference.upper())
        | Q(custom_reference=reference)
    )
    found = Shipment.objects.filter(is_named, merchant=merchant_id)[:2]
    if not found:
        raise ValueError(_("The account's merchant has no such shipment."))
    if len(found) > 1:
        raise ValueError(_("Several shipments have this reference: write the one with sp_."))
    return found[0]
