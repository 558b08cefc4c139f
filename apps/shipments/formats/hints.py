"""Shapes the data set lacks. None of them proves anything: other carriers' numbers look alike."""

from msgspec import Struct

from apps.shipments.formats.carriers import Named


class Hint(Struct, frozen=True):
    """A shape of numbers. With `has_gs1_check` the last of its digits is GS1's check digit."""

    carrier: Named
    shape: str
    has_gs1_check: bool = False


SSCC = r"(?:00)?[0-9]{18}"

HINTS = (
    Hint(Named("dhl_paket", "DHL Paket", "DE"), r"(?:00)?340434[0-9]{12}", has_gs1_check=True),
    Hint(Named("postnord", "PostNord", "SE DK NO FI"), SSCC, has_gs1_check=True),
    Hint(Named("bring", "Posten / Bring", "NO"), SSCC, has_gs1_check=True),
    Hint(Named("inpost", "InPost", "PL"), r"[0-9]{24}"),
    Hint(Named("dpd", "DPD"), r"[0-9]{14}"),
    Hint(Named("gls", "GLS"), r"[0-9]{11,12}|[0-9A-Z]{8}"),
    Hint(Named("acs", "ACS", "GR"), r"[0-9]{10}"),
    Hint(Named("speedex", "Speedex", "GR"), r"[0-9]{12}"),
    Hint(Named("boxnow", "BoxNow", "GR CY BG HR"), r"[0-9]{10}"),
    Hint(Named("packeta", "Packeta", "CZ SK HU RO"), r"Z[0-9]{10}"),
    Hint(Named("evri", "Evri", "GB"), r"[0-9]{16}|[HT][0-9A-Z]{15}"),
    Hint(Named("la_poste", "La Poste", "FR"), r"[0-9][A-Z][0-9]{11}"),
    Hint(Named("correos", "Correos", "ES"), r"[0-9A-Z]{23}"),
    Hint(Named("ontrac", "OnTrac", "US"), r"1LSCX[0-9A-Z]{10}"),
)
