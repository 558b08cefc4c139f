"""Where the link of a duplicate leads: to the parcel it was united with."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.shipments.journey import Journey


def led_on(request: HttpRequest, token: str, journeys: Sequence[Journey]) -> HttpResponse | None:
    """Lead from an address with a duplicate's link in it to the same of the parcel it opened.

    None for any other link, and where the address does not hold it: whoever has a link that
    was passed on must not learn the secret one.
    """
    asked = request.resolver_match
    if journeys[0].token == token or asked is None or "token" not in asked.kwargs:
        return None
    address = reverse(asked.view_name, kwargs={**asked.kwargs, "token": journeys[0].token})
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponseRedirect(f"{address}?{query}" if query else address)
    answer["Cache-Control"], answer["Referrer-Policy"] = "no-store", "no-referrer"
    return answer
