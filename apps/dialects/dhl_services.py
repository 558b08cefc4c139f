"""DHL's divisions and those that deliver for them abroad."""

from typing import NamedTuple


class Service(NamedTuple):
    """Our code for a division, its name, and the country whose clock it keeps, if one."""

    carrier_code: str
    name: str
    country: str = ""


SERVICES = {
    "dgf": Service("dhl_global_forwarding", "DHL Global Forwarding"),
    "dsc": Service("dhl_supply_chain", "DHL Supply Chain"),
    "ecommerce": Service("dhl_global_mail", "DHL eCommerce"),
    "ecommerce-apac": Service("dhl_ecommerce_apac", "DHL eCommerce Asia Pacific"),
    "ecommerce-europe": Service("dhl_ecommerce_europe", "DHL eCommerce Europe"),
    "ecommerce-iberia": Service("dhl_ecommerce_iberia", "DHL eCommerce Iberia"),
    "ecommerce-ppl": Service("ppl_cz", "PPL CZ", "CZ"),
    "express": Service("dhl_express", "DHL Express"),
    "freight": Service("dhl_freight", "DHL Freight"),
    "parcel-de": Service("dhl_parcel_de", "DHL Paket", "DE"),
    "parcel-nl": Service("dhl_parcel_nl", "DHL eCommerce Netherlands", "NL"),
    "parcel-pl": Service("dhl_parcel_pl", "DHL eCommerce Poland", "PL"),
    "parcel-uk": Service("dhl_parcel_uk", "DHL eCommerce UK", "GB"),
    "post-de": Service("deutsche_post", "Deutsche Post", "DE"),
    "post-international": Service("deutsche_post_international", "Deutsche Post International"),
    "sameday": Service("dhl_sameday", "DHL SameDay"),
    "svb": Service("dhl_svb", "DHL SVB"),
}
UNNAMED = Service("dhl", "DHL")

# Our codes that DHL's own interface can be asked about.
CARRIERS = frozenset(service.carrier_code for service in SERVICES.values()) | {
    "dhl",
    "dhl_ecommerce_au",
}
# Which division an answer is about where an equal number belongs to several.
DIVISIONS = {service.carrier_code: name for name, service in SERVICES.items()} | {
    "dhl_ecommerce_au": "ecommerce-apac"
}

# Others that deliver for DHL: our code and the name. Whoever is not here keeps DHL's word.
PARTNERS = {
    "acs-courier": ("acs", "ACS Courier"),
    "an-post": ("an_post", "An Post"),
    "anpost": ("an_post", "An Post"),
    "bpost": ("bpost", "bpost"),
    "bring": ("bring", "Bring"),
    "chronopost": ("chronopost", "Chronopost"),
    "colis-prive": ("colis_prive", "Colis Privé"),
    "fastway": ("fastway", "Fastway"),
    "hrvatska-posta": ("hrvatska_posta", "Hrvatska pošta"),
    "magyar-posta": ("magyar_posta", "Magyar Posta"),
    "posti": ("posti", "Posti"),
    "relais-colis": ("relais_colis", "Relais Colis"),
    "slovak-parcel-service": ("sps_sk", "Slovak Parcel Service"),
    "trans-o-flex": ("trans_o_flex", "trans-o-flex"),
    "urgent-cargus": ("cargus", "Urgent Cargus"),
}


# DHL's own parcel and freight services of countries that are no service of the interface.
OWN_PREFIXES = ("parcel-", "freight-")


def service_of(name: str) -> Service:
    """Return what a service of DHL's is to us; one we do not know is DHL's own still."""
    return SERVICES.get(name, UNNAMED)


def partner_of(name: str) -> tuple[str, str] | None:
    """Return code and name of whoever delivers for DHL, None where DHL itself does."""
    if not name or name in SERVICES or name.startswith(OWN_PREFIXES):
        return None
    return PARTNERS.get(name) or (name.replace("-", "_"), "")
