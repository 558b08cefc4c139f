"""An account's form: which merchant at which provider, then that provider's own fields.

Secrets go in and never come out: an input says whether something is stored, and leaving it
empty keeps that.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.outbound.addresses import check_address
from apps.outbound.encryption import Sealed, Unreadable
from apps.outbound.gate import allowed_networks
from apps.providers import enrolling, hooks, steering
from apps.providers.base import Client, Field, Option
from apps.providers.models import Account
from apps.providers.registry import CLIENTS
from apps.shipments.models import Merchant

CREDENTIAL, OPTION = "credential_", "option_"
LONGEST_SECRET, LONGEST_OPTION = 20_000, 200
MOST_CALLS = 100_000_000
OWN = ("name", "is_active", "base_url", "hourly_budget", "daily_budget")


class ChoiceForm(forms.Form):
    """The first step to a new account."""

    merchant = forms.ModelChoiceField(
        label=gettext_lazy("Merchant"), queryset=Merchant.objects.order_by("name", "pk")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Provider"),
        choices=lambda: sorted(
            ((kind, client.title) for kind, client in CLIENTS.items()), key=lambda pair: pair[1]
        ),
    )


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What all accounts have. `form_for` adds the provider's fields to a subclass."""

    account: Account  # merchant and provider are set, also of one that is not saved yet
    stored: frozenset[str]  # names of the credentials it has

    class Meta:
        model = Account
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["instance"] = kwargs.get("instance") or self.account
        super().__init__(*args, **kwargs)
        self.was_active = bool(self.instance.pk) and self.instance.is_active
        self.base_before = self.instance.base

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError(_("Leave out characters that nobody can see."))
        return name

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"].rstrip("/")
        if not url:
            return ""
        if "?" in url or "#" in url:
            raise ValidationError(_("Leave out all from the ? or # on."))
        try:
            check_address(url, allowed_networks())
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return url

    def clean(self) -> dict[str, Any]:
        """Ask for secrets anew that would be sent to another address than those they were for."""
        said = super().clean() or {}
        if self._is_elsewhere(said):
            for field in self.instance.client.fields:
                is_kept = field.name in self.stored and not said.get(CREDENTIAL + field.name)
                if is_kept and field.name != hooks.SECRET:
                    text = _("Enter it again: it would be sent to another address.")
                    self.add_error(CREDENTIAL + field.name, text)
        return said

    def _is_elsewhere(self, said: dict[str, Any]) -> bool:
        client = self.instance.client
        base = said.get("base_url", self.base_before) or client.base
        return base not in (self.base_before, client.base, client.test_base)

    def store(self, now: datetime) -> None:
        """Save a valid form's account. `now` is when its merchant's numbers are looked at anew.

        Of a saved account only what staff can change is written: the sync changes the rest.
        """
        account = self.instance
        entered = {name: word for name, word in self._said(CREDENTIAL) if word}
        forgotten = self.cleaned_data.get("forgotten", ())
        account.options = {**account.options, **dict(self._said(OPTION))}
        written = [*OWN, "options"]
        if entered or forgotten:
            stored, _unreadable = opened(account)
            kept = {name: word for name, word in stored.items() if name not in forgotten}
            account.credentials = Sealed({**kept, **entered})
            written.append("credentials")
        if entered or account.base != self.base_before:
            account.token, account.token_until = Sealed(), None
            written += ["token", "token_until"]
        account.save(update_fields=written if account.pk else None)
        if entered and account.paused_at:
            steering.resume(account)
        if account.is_active and not self.was_active:
            enrolling.look_anew(account.merchant_id, now)

    def _said(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield name and word of what was entered in the provider's own fields."""
        for name, word in self.cleaned_data.items():
            if name.startswith(prefix):
                yield name.removeprefix(prefix), word


def form_for(account: Account) -> type[AccountForm]:
    """Return the form class of an account, saved or not, with its provider's fields."""
    client, (secrets, _unreadable) = account.client, opened(account)
    stored = frozenset(name for name, word in secrets.items() if word)
    fields: dict[str, Any] = {"account": account, "stored": stored}
    for field in client.fields:
        fields[CREDENTIAL + field.name] = _secret(field, field.name in stored)
    for option in client.options:
        fields[OPTION + option.name] = _option(option, account.options.get(option.name, ""))
    optional = [(f.name, f.label) for f in client.fields if f.name in stored and not f.is_required]
    if optional:
        fields["forgotten"] = forms.MultipleChoiceField(
            label=_("Forget what is stored"),
            choices=optional,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if client.can_be_asked:
        fields["base_url"] = _address(client)
        fields["hourly_budget"] = _budget(_("Calls an hour"), client.limits.an_hour)
        fields["daily_budget"] = _budget(_("Calls a day"), client.limits.a_day)
    return type("ProviderForm", (AccountForm,), fields)


def opened(account: Account) -> tuple[Sealed, str]:
    """Return an account's credentials, or none and why they cannot be read."""
    try:
        return Sealed(account.credentials.opened), ""
    except Unreadable as error:
        return Sealed(), str(error)


def _secret(field: Field, is_stored: bool) -> forms.CharField:
    state = _("Stored. Leave this empty to keep it.") if is_stored else _("Missing.")
    return forms.CharField(
        label=field.label,
        required=field.is_required and not is_stored,
        max_length=LONGEST_SECRET,
        help_text=f"{field.help} {state}".strip(),
        validators=[_one_line],
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "class": "vTextField"}),
    )


def _one_line(text: str) -> None:
    # It goes into a header. The text itself must not be repeated in the error.
    if not text.isprintable():
        raise ValidationError(_("Line breaks and hidden characters cannot be part of this."))


def _option(option: Option, chosen: str) -> forms.Field:
    if not option.choices:
        return forms.CharField(
            label=option.label,
            required=False,
            max_length=LONGEST_OPTION,
            initial=chosen,
            help_text=option.help,
            widget=AdminTextInputWidget,
        )
    return forms.ChoiceField(
        label=option.label,
        choices=[(choice, choice) for choice in option.choices],
        initial=chosen if chosen in option.choices else option.choices[0],
        help_text=option.help,
    )


def _address(client: Client) -> forms.CharField:
    helps = [_("Empty for the provider's own, %(base)s.") % {"base": client.base}]
    if client.test_base:
        helps.append(_("Its test service is %(base)s.") % {"base": client.test_base})
    return forms.CharField(
        label=_("Address"),
        required=not client.base,
        max_length=200,
        help_text=" ".join(helps) if client.base else "",
        widget=AdminTextInputWidget,
    )


def _budget(label: str, published: int) -> forms.IntegerField:
    limit = _("its limit, %(calls)s") % {"calls": published} if published else _("no limit")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=MOST_CALLS,
        help_text=_("Empty for what the provider publishes: %(limit)s.") % {"limit": limit},
        widget=AdminIntegerFieldWidget,
    )
