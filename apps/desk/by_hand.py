"""An event that staff write down themselves: the form, and the report it becomes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils.translation import gettext_lazy as _

from apps.shipments.journey import Journey
from apps.shipments.pointing import report_on
from apps.shipments.reports import (
    FILLER_BEFORE,
    NOWHERE,
    Limits,
    Moment,
    Place,
    Report,
    Sighting,
    clean,
)
from apps.shipments.settling import AHEAD
from apps.shipments.status import MILESTONES, STATUSES, milestone_of

SOURCE = "manual"


def _codes() -> list[tuple[Any, Any]]:
    """Return every code with its words, grouped by milestone, after an empty choice."""
    return [("", "")] + [
        (
            STATUSES[milestone].words,
            [
                (code, status.words)
                for code, status in STATUSES.items()
                if milestone_of(code) == milestone
            ],
        )
        for milestone in MILESTONES
    ]


class EventForm(forms.Form):
    """What staff say of one event. `journey` names the legs and items it can concern."""

    code = forms.ChoiceField(label=_("What happened"), choices=_codes)
    occurred_at = forms.SplitDateTimeField(
        label=_("When"),
        widget=AdminSplitDateTime,
        help_text=_("On the clock of the place where it happened."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone of that clock"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        initial="UTC",
    )
    description = forms.CharField(
        label=_("In your words"),
        max_length=Limits.DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Customers can read this."),
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=Limits.LABEL,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    leg = forms.TypedChoiceField(label=_("Carrier"), coerce=int, empty_value=None, required=False)
    item = forms.TypedChoiceField(label=_("Item"), coerce=int, empty_value=None, required=False)

    def __init__(self, journey: Journey, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.journey = journey
        self.now = now
        legs = [(leg.position, leg.carrier_name or leg.carrier_code) for leg in journey.legs]
        items = [(item.position, item.description or item.reference) for item in journey.items]
        self._offer("leg", _("No carrier in particular"), legs)
        self._offer("item", _("The whole parcel"), items)

    def _offer(self, name: str, nothing: Any, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [
            ("", nothing),
            *((position, f"{position}. {text}") for position, text in choices),
        ]

    def clean_description(self) -> str:
        return clean(self.cleaned_data["description"], Limits.DESCRIPTION)

    def clean_place(self) -> str:
        return clean(self.cleaned_data["place"], Limits.LABEL)

    def clean(self) -> dict[str, Any]:
        """Put wall clock and zone together; a time that cannot be is an error of its field."""
        said = super().clean() or {}
        if said.get("occurred_at") and said.get("zone"):
            try:
                said["moment"] = moment_in(said["occurred_at"], said["zone"], self.now)
            except ValueError as error:
                self.add_error("occurred_at", str(error))
        return said

    def report(self) -> Report:
        """Return the report of a valid form."""
        said = self.cleaned_data
        sighting = Sighting(
            code=said["code"],
            moment=said["moment"],
            description=said["description"],
            place=Place(label=said["place"]) if said["place"] else NOWHERE,
            leg=said["leg"],
            item=said["item"],
        )
        return report_on(self.journey, SOURCE, [sighting])


def moment_in(occurred_at: datetime, zone: str, now: datetime) -> Moment:
    """Return the moment a clock in a zone shows; raise `ValueError` with words for staff."""
    try:
        wall = occurred_at.replace(tzinfo=ZoneInfo(zone))
        instant = wall.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_("This date is out of reach.")) from error
    if instant < FILLER_BEFORE:
        raise ValueError(_("This date is too long ago."))
    if instant > now + AHEAD:
        raise ValueError(_("This time has yet to come."))
    if instant.astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise ValueError(_("Clocks skipped this time in that zone."))
    offset = wall.utcoffset() or timedelta()
    return Moment(instant, offset=int(offset.total_seconds() // 60))
