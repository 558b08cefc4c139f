"""How a brand gets into a shop's pages: what to paste, and the doctor when it does not work."""

from django.http import HttpRequest, HttpResponse
from msgspec import Struct

from apps.branding import doctor, visits
from apps.branding.embeds import Site
from apps.branding.findings import Finding
from apps.branding.hosts import LONGEST
from apps.branding.looks import Look, look_of_brand
from apps.branding.snippets import Place, snippets_of
from apps.desk.brand_reach import around, brand_for
from apps.desk.pages import page, show
from apps.outbound.gate import Gate
from apps.pages.addresses import site_of
from apps.shipments.models import Shipment

LONGEST_ADDRESS = 2000


class Visit(Struct, frozen=True):
    """What somebody asked the doctor, and what came of it."""

    address: str = ""
    html: str = ""
    problem: str = ""
    findings: tuple[Finding, ...] = ()


@page("brands/<int:pk>/snippets/", name="brand_snippets", methods=("GET", "HEAD"))
def snippets(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what to paste, for any parcel or for one."""
    brand, wanted = brand_for(request, pk), request.GET.get("parcel", "").strip()[:100]
    token = _token(brand.merchant_id, wanted) if wanted else ""
    place = Place(site_of(request), brand.slug, token)
    more = {"parcel": wanted, "is_unknown": bool(wanted) and not token}
    context = around(request, brand, "brand_snippets", snippets=snippets_of(place), **more)
    context["has_origins"] = bool(brand.frame_origins)
    return show(request, "desk/brand/snippets.html", context)


def _token(merchant_id: int, wanted: str) -> str:
    """Return the secret of a parcel of the merchant, by the order's number or our reference."""
    of_merchant = Shipment.objects.filter(merchant_id=merchant_id)
    for name in ("reference", "order_reference", "custom_reference"):
        found = of_merchant.filter(**{name: wanted}).values_list("token", flat=True)
        if token := found.order_by("-id").first():
            return str(token)
    return ""


@page("brands/<int:pk>/doctor/", name="brand_doctor")
def embed_doctor(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a shop's page, pasted or fetched, and say what keeps parcels from being shown."""
    brand = brand_for(request, pk)
    look, site = look_of_brand(brand), Site(site_of(request), brand.domain)
    visit = _visited(request, look, site) if request.method == "POST" else Visit()
    context = around(request, brand, "brand_doctor", visit=visit)
    return show(request, "desk/brand/doctor.html", context)


def _visited(request: HttpRequest, look: Look, site: Site) -> Visit:
    address = request.POST.get("address", "").strip()
    html = request.POST.get("html", "")
    if len(address) > LONGEST_ADDRESS or len(html) > LONGEST:
        return Visit(address[:LONGEST_ADDRESS], "", "That is too long: 2 MB of HTML at most.")
    if not address and not html.strip():
        return Visit(problem="Give the page's address, or paste its HTML.")
    return examined(address, html, look, site, visits.gate())


def examined(address: str, html: str, look: Look, site: Site, way: Gate) -> Visit:
    """Examine what was pasted; an address alone is fetched through the gate."""
    try:
        sheet = doctor.Sheet(html, address) if html.strip() else visits.visited(address, way)
    except visits.NotVisited as why:
        return Visit(address, html, str(why))
    return Visit(address, html, findings=doctor.examine(sheet, look, site))
