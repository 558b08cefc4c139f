"""Parcels that can be looked up, and forms that are filled in as a browser does without scripts."""

from apps.branding.models import Brand
from apps.shipments.models import Recipient, Shipment
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.pages.markup import read

NUMBER, EMAIL, POSTCODE = "JD0146 0000 6228-97", "Ada@Marker.Example", "MK1 1MK"


def make_parcel(merchant=None, number=NUMBER, code="in_transit", to=None, **fields):
    """Make a parcel with a recipient (`to` changes its fields, False is none) and one item."""
    told = report(
        sighting(code, leg=0),
        legs=(LegReport(carrier_code="dhl"),),
        items=(ItemReport(description="Blue jumper"),),
        numbers=(NumberReport(number, 0),),
    )
    parcel = make_shipment(merchant, told, **fields)
    if to is not False:
        known = {"name": "Ada Marker", "email": EMAIL, "postal_code": POSTCODE}
        Recipient.objects.create(shipment=parcel, **(known | (to or {})))
    return parcel


def make_brand(merchant=None, **fields):
    merchant = merchant or make_merchant()
    return Brand.objects.create(merchant=merchant, slug=merchant.slug, name=merchant.name, **fields)


def page_of(parcel):
    return f"/t/{Shipment.objects.get(pk=parcel.pk).token}/"


def ticket_of(client, path, action=None):
    """Return the ticket of the form on a page that is sent to an address."""
    forms = read(client.get(path).text).all("form", method="post")
    (form,) = [one for one in forms if (one.get("action") or "").split("?")[0] == (action or "")]
    return form.one("input", name="ticket")["value"]


def look_up(client, number=NUMBER, fact=POSTCODE, path="/", headers=None, **fields):
    fields = {"ticket": ticket_of(client, path), "number": number, "fact": fact} | fields
    return client.post(path, fields, headers=headers)


def prove(client, parcel, fact=POSTCODE, headers=None, **fields):
    page = page_of(parcel)
    fields = {"ticket": ticket_of(client, page, "prove"), "fact": fact} | fields
    return client.post(f"{page}prove", fields, headers=headers)
