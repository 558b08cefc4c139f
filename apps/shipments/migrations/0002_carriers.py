"""The carriers of ShipStation's public list: 49 names, 48 codes, 47 carriers."""

from django.db import migrations

# (code, carrier, name). Several names may share a code (australia_post) and several
# codes a carrier (stamps_com answers as usps).
NAMES = (
    ("usps", "usps", "U.S. Postal Service"),
    ("stamps_com", "usps", "Stamps.com"),
    ("fedex", "fedex", "FedEx"),
    ("ups", "ups", "UPS"),
    ("dhl_express", "dhl_express", "DHL Express"),
    ("dhl_global_mail", "dhl_global_mail", "DHL ECommerce"),
    ("dhl_ecommerce_au", "dhl_ecommerce_au", "DHL eCommerce Australia"),
    ("access_worldwide", "access_worldwide", "Access Worldwide"),
    ("apc", "apc", "APC"),
    ("fastway_au", "fastway_au", "Aramex AU / Fastway"),
    ("fastway_nz", "fastway_nz", "Aramex NZ / Fastway"),
    ("asendia", "asendia", "Asendia"),
    ("australia_post", "australia_post", "Australia Post"),
    ("australia_post", "australia_post", "Australia Post eParcel"),
    (
        "australia_post_mypost_business",
        "australia_post_mypost_business",
        "Australia Post MyPost Business",
    ),
    ("canada_post", "canada_post", "Canada Post"),
    ("canpar", "canpar", "Canpar Express"),
    ("couriers_please", "couriers_please", "CouriersPlease"),
    ("dai", "dai", "DAI"),
    ("direct_freight", "direct_freight", "Direct Freight"),
    ("evri_international", "evri_international", "Evri International"),
    ("firstmile", "firstmile", "First Mile"),
    ("freightways", "freightways", "Freightways"),
    ("castle_parcels", "castle_parcels", "Freightways - Castle Parcels"),
    ("new_zealand_couriers", "new_zealand_couriers", "Freightways - New Zealand Couriers"),
    ("now_couriers", "now_couriers", "Freightways - Now Couriers"),
    ("post_haste", "post_haste", "Freightways - Post Haste"),
    ("global_access", "global_access", "Global Access"),
    ("imex", "imex", "IMEX"),
    ("landmark_global", "landmark_global", "Landmark Global"),
    ("landmark_global_au", "landmark_global_au", "Landmark Global AU"),
    ("landmark_global_uk", "landmark_global_uk", "Landmark Global UK"),
    ("newgistics", "newgistics", "Newgistics"),
    ("nobordist", "nobordist", "Nobordist"),
    ("courierpost", "courierpost", "NZ Post Domestic"),
    ("new_zealand_post_international", "new_zealand_post_international", "NZ Post International"),
    ("ontrac", "ontrac", "OnTrac"),
    ("purolator_ca", "purolator_ca", "Purolator Canada"),
    ("quantium", "quantium", "Quantium"),
    ("rr_donnelley", "rr_donnelley", "RR Donnelley"),
    ("seko", "seko", "SEKO Omni-Channel Logistics"),
    ("seko_uk", "seko_uk", "SEKO Omni-Channel Logistics UK"),
    ("sendle", "sendle", "Sendle"),
    ("seven_senders", "seven_senders", "Seven Senders"),
    ("star_track", "star_track", "StarTrack"),
    ("tnt_australia", "tnt_australia", "TNT Australia"),
    ("toll_ipec", "toll_ipec", "Team Global Express IPEC"),
    ("toll_priority", "toll_priority", "Team Global Express Priority"),
    ("wizmo", "wizmo", "wizmo"),
)

# The integer ShipStation calls carrier_id. It is known for two; the rest count from 100.
NUMBERS = {"usps": 1, "ups": 3}
FIRST_FREE_NUMBER = 100

PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction.action?tLabels={number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "dhl_express": "https://www.dhl.com/en/express/tracking.html?AWB={number}",
    "australia_post": "https://auspost.com.au/mypost/track/#/details/{number}",
}

ZONES = {
    "Pacific/Auckland": (
        "fastway_nz",
        "freightways",
        "castle_parcels",
        "new_zealand_couriers",
        "now_couriers",
        "post_haste",
        "courierpost",
        "new_zealand_post_international",
    ),
    "Europe/London": ("apc", "evri_international", "landmark_global_uk", "seko_uk"),
}


def load(apps, schema_editor):
    Carrier = apps.get_model("shipments", "Carrier")
    CarrierName = apps.get_model("shipments", "CarrierName")
    zones = {code: zone for zone, codes in ZONES.items() for code in codes}
    carriers = {}
    for code, canonical, name in NAMES:
        if canonical not in carriers:
            carriers[canonical] = Carrier.objects.create(
                code=canonical,
                number=NUMBERS.get(canonical, FIRST_FREE_NUMBER + len(carriers)),
                name=name,
                tracking_url=PAGES.get(canonical, ""),
                time_zone=zones.get(canonical, ""),
            )
        CarrierName.objects.create(carrier=carriers[canonical], code=code, name=name)


def unload(apps, schema_editor):
    apps.get_model("shipments", "Carrier").objects.filter(
        code__in={canonical for _, canonical, _ in NAMES}
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("shipments", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
