"""The carriers that numbers are recognised as and that providers name, beside ShipStation's."""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

# (code, name)
CARRIERS = (
    ("acs", "ACS Courier"),
    ("amazon", "Amazon"),
    ("an_post", "An Post"),
    ("austrian_post", "Österreichische Post"),
    ("boxnow", "BoxNow"),
    ("bpost", "bpost"),
    ("bring", "Posten / Bring"),
    ("bulgarian_posts", "Bulgarian Posts"),
    ("cargus", "Urgent Cargus"),
    ("ceska_posta", "Česká pošta"),
    ("china_post", "China Post"),
    ("chronopost", "Chronopost"),
    ("colis_prive", "Colis Privé"),
    ("correios", "Correios"),
    ("correos", "Correos"),
    ("ctt", "CTT"),
    ("cyprus_post", "Cyprus Post"),
    ("deutsche_post", "Deutsche Post"),
    ("deutsche_post_international", "Deutsche Post International"),
    ("dhl", "DHL"),
    ("dhl_ecommerce_apac", "DHL eCommerce Asia Pacific"),
    ("dhl_ecommerce_europe", "DHL eCommerce Europe"),
    ("dhl_ecommerce_iberia", "DHL eCommerce Iberia"),
    ("dhl_freight", "DHL Freight"),
    ("dhl_global_forwarding", "DHL Global Forwarding"),
    ("dhl_parcel_de", "DHL Paket"),
    ("dhl_parcel_nl", "DHL eCommerce Netherlands"),
    ("dhl_parcel_pl", "DHL eCommerce Poland"),
    ("dhl_parcel_uk", "DHL eCommerce UK"),
    ("dhl_sameday", "DHL SameDay"),
    ("dhl_supply_chain", "DHL Supply Chain"),
    ("dhl_svb", "DHL SVB"),
    ("dpd", "DPD"),
    ("elta", "ELTA"),
    ("evri", "Evri"),
    ("fastway", "Fastway"),
    ("gls", "GLS"),
    ("gofo", "GOFO Express"),
    ("hongkong_post", "Hongkong Post"),
    ("hrvatska_posta", "Hrvatska pošta"),
    ("india_post", "India Post"),
    ("inpost", "InPost"),
    ("japan_post", "Japan Post"),
    ("korea_post", "Korea Post"),
    ("la_poste", "La Poste"),
    ("magyar_posta", "Magyar Posta"),
    ("old_dominion", "Old Dominion Freight Line"),
    ("packeta", "Packeta"),
    ("poczta_polska", "Poczta Polska"),
    ("posta_romana", "Poșta Română"),
    ("poste_italiane", "Poste Italiane"),
    ("posti", "Posti"),
    ("postnl", "PostNL"),
    ("postnord", "PostNord"),
    ("ppl_cz", "PPL CZ"),
    ("ptt", "PTT"),
    ("relais_colis", "Relais Colis"),
    ("royal_mail", "Royal Mail"),
    ("singapore_post", "SingPost"),
    ("speedee", "Spee-Dee Delivery"),
    ("speedex", "Speedex"),
    ("sps_sk", "Slovak Parcel Service"),
    ("swiss_post", "Swiss Post"),
    ("trans_o_flex", "trans-o-flex"),
    ("yodel", "Yodel"),
    ("yunexpress", "YunExpress"),
)

# Further codes of carriers: (code, carrier, name).
ALIASES = (("dhl_paket", "dhl_parcel_de", "DHL Paket"),)

# ShipStation's carrier_id is a number; those of its own list end below this one.
FIRST_NUMBER = 200

# Carriers' public pages, as far as they open with the number alone.
PAGES = {
    "austrian_post": "https://www.post.at/sv/sendungsdetails?snr={number}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={number}",
    "bring": "https://tracking.bring.com/tracking/{number}",
    "canada_post": (
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}"
    ),
    "canpar": "https://www.canpar.com/en/track/tracking.jsp?reference={number}&locale=en",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "dhl_parcel_de": (
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}"
    ),
    "dpd": "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={number}",
    "evri": "https://www.evri.com/track/parcel/{number}",
    "gls": "https://gls-group.com/track/{number}",
    "gofo": "https://www.gofoexpress.com/tracking.html?searchID={number}",
    "la_poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "landmark_global": "https://track.landmarkglobal.com/?search={number}",
    "old_dominion": (
        "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={number}"
    ),
    "poczta_polska": "https://emonitoring.poczta-polska.pl/?numer={number}",
    "postnord": "https://tracking.postnord.com/en/tracking?id={number}",
    "purolator_ca": "https://www.purolator.com/en/shipping/tracker?searchValue={number}",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "speedee": "https://www.speedeedelivery.com/track/?tracking={number}",
    "yodel": "https://www.yodel.co.uk/tracking/{number}",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id={number}",
}


def load(apps, schema_editor):
    """Add what is not there. What staff have entered stays as it is."""
    Carrier = apps.get_model("shipments", "Carrier")
    CarrierName = apps.get_model("shipments", "CarrierName")
    taken = set(Carrier.objects.values_list("number", flat=True))
    free = (number for number in range(FIRST_NUMBER, 2**15) if number not in taken)
    known = set(Carrier.objects.values_list("code", flat=True))
    named = set(CarrierName.objects.values_list("code", flat=True))
    Carrier.objects.bulk_create(
        Carrier(code=code, number=next(free), name=name)
        for code, name in CARRIERS
        if code not in known
    )
    for code, page in PAGES.items():
        Carrier.objects.filter(code=code, tracking_url="").update(tracking_url=page)
    carriers = {carrier.code: carrier for carrier in Carrier.objects.all()}
    own = [(code, code, name) for code, name in CARRIERS]
    CarrierName.objects.bulk_create(
        CarrierName(carrier=carriers[canonical], code=code, name=name)
        for code, canonical, name in (*own, *ALIASES)
        if code not in named
    )
    name_legs(apps.get_model("shipments", "Leg"), CarrierName)


def name_legs(Leg, CarrierName):
    """Point legs that were recorded without a carrier's row to the row there is now."""
    names = CarrierName.objects.filter(code=OuterRef("written"))
    legs = Leg.objects.filter(carrier=None).exclude(carrier_code="")
    codes = [code for code, _ in CARRIERS] + [code for code, _, _ in ALIASES]
    legs = legs.annotate(written=Lower("carrier_code")).filter(written__in=codes)
    legs.filter(carrier_name="").update(carrier_name=Subquery(names.values("carrier__name")[:1]))
    legs.update(
        carrier=Subquery(names.values("carrier")[:1]),
        carrier_code=Subquery(names.values("carrier__code")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("shipments", "0003_following")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
