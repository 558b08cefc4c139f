"""Our codes and names for those whom formats of tracking numbers speak of."""

from typing import NamedTuple


class Named(NamedTuple):
    """A carrier. `homes` lists its countries with spaces between; empty for worldwide."""

    code: str
    name: str
    homes: str = ""


# By the data set's `id` of a format, else by its `courier_code`. Who is not listed keeps
# the data set's code and name.
COURIERS = {
    "amazon": Named("amazon", "Amazon"),
    "canada_post": Named("canada_post", "Canada Post", "CA"),
    "canpar": Named("canpar", "Canpar Express", "CA"),
    "dhl": Named("dhl_express", "DHL Express"),
    "dhl_ecommerce": Named("dhl_global_mail", "DHL ECommerce"),
    "dhl_ecommerce_14": Named("dhl_global_mail", "DHL ECommerce"),
    "dpd": Named("dpd", "DPD"),
    "fedex": Named("fedex", "FedEx"),
    "gofo": Named("gofo", "GOFO Express", "US"),
    "landmark": Named("landmark_global", "Landmark Global"),
    "lasership": Named("ontrac", "OnTrac", "US"),  # LaserShip became part of it
    "old_dominion": Named("old_dominion", "Old Dominion Freight Line", "US"),
    "ontrac": Named("ontrac", "OnTrac", "US"),
    "purolator": Named("purolator_ca", "Purolator Canada", "CA"),
    "speedee": Named("speedee", "Spee-Dee Delivery", "US"),
    "ups": Named("ups", "UPS"),
    "usps": Named("usps", "U.S. Postal Service", "US"),
    "yodel": Named("yodel", "Yodel", "GB"),
    "yunexpress": Named("yunexpress", "YunExpress"),
}

# By the country at the end of an S10 number, which names the post that issued it. The
# other posts share the code `s10` and have the data set's names.
POSTS = {
    "AT": Named("austrian_post", "Österreichische Post", "AT"),
    "AU": Named("australia_post", "Australia Post", "AU"),
    "BE": Named("bpost", "bpost", "BE"),
    "BG": Named("bulgarian_posts", "Bulgarian Posts", "BG"),
    "BR": Named("correios", "Correios", "BR"),
    "CA": Named("canada_post", "Canada Post", "CA"),
    "CH": Named("swiss_post", "Swiss Post", "CH"),
    "CN": Named("china_post", "China Post", "CN"),
    "CY": Named("cyprus_post", "Cyprus Post", "CY"),
    "CZ": Named("ceska_posta", "Česká pošta", "CZ"),
    "DE": Named("deutsche_post", "Deutsche Post", "DE"),
    "DK": Named("postnord", "PostNord", "DK"),
    "ES": Named("correos", "Correos", "ES"),
    "FI": Named("posti", "Posti", "FI"),
    "FR": Named("la_poste", "La Poste", "FR"),
    "GB": Named("royal_mail", "Royal Mail", "GB"),
    "GR": Named("elta", "ELTA", "GR"),
    "HK": Named("hongkong_post", "Hongkong Post", "HK"),
    "HU": Named("magyar_posta", "Magyar Posta", "HU"),
    "IE": Named("an_post", "An Post", "IE"),
    "IN": Named("india_post", "India Post", "IN"),
    "IT": Named("poste_italiane", "Poste Italiane", "IT"),
    "JP": Named("japan_post", "Japan Post", "JP"),
    "KR": Named("korea_post", "Korea Post", "KR"),
    "NL": Named("postnl", "PostNL", "NL"),
    "NO": Named("bring", "Posten / Bring", "NO"),
    "NZ": Named("new_zealand_post_international", "NZ Post International", "NZ"),
    "PL": Named("poczta_polska", "Poczta Polska", "PL"),
    "PT": Named("ctt", "CTT", "PT"),
    "RO": Named("posta_romana", "Poșta Română", "RO"),
    "SE": Named("postnord", "PostNord", "SE"),
    "SG": Named("singapore_post", "SingPost", "SG"),
    "TR": Named("ptt", "PTT", "TR"),
    "US": Named("usps", "U.S. Postal Service", "US"),
}

# What stands for a carrier where only the system of numbers is known.
NO_CARRIER = "s10"

# Formats of the data set, by name, whose numbers begin with letters or digits that nobody
# else is known to use at that length.
PREFIXED = frozenset(
    {
        "Amazon Logistics",
        "FedEx Ground 96 (22)",
        "FedEx Ground GSN",
        "GOFO Express (US)",
        "Landmark Global LTN",
        "LaserShip 1LS7 (15)",
        "LaserShip 1LS7 (18)",
        "OnTrac",
        "OnTrac D",
        "Spee-Dee (20)",
        "UPS",
        "USPS IMpb C",
        "USPS IMpb N",
        "Yodel",
        "YunExpress",
    }
)
