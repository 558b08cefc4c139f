"""Two web workers, each with a memory of its own: none of them tells old news for long."""

import json
import time
import urllib.request

from apps.pages.front import BELIEVED
from tests.browser.house import house

NEWS = """
from django.utils import timezone
from apps.shipments.models import Shipment
from apps.shipments.recording import record
from apps.shipments.reports import Moment, Report, Sighting
now = timezone.now()
one = Shipment.objects.get(token="{token}")
seen = Sighting(code="available_for_pickup.locker", moment=Moment(now))
record(one.pk, Report(source="test", sightings=(seen,)), now=now)
print("true")
"""
LOOKS = """
from apps.branding.models import Brand
from apps.shipments.models import Merchant
Brand.objects.create(merchant=Merchant.objects.get(), slug="new", name="New", accent="#aa0000")
print("true")
"""


def test_news_and_looks_show_in_every_worker_within_a_second(tmp_path):
    with house(tmp_path) as home:
        path = json.loads(home.manage("demo", "--describe"))["pages"]["out for delivery"]

        def pages():
            """Ask over connections of their own, so that both workers answer."""
            for _ in range(40):
                with urllib.request.urlopen(home.url + path, timeout=10) as answer:
                    yield answer.read().decode()

        assert all("Ready in a locker" not in page for page in pages())
        assert BELIEVED <= 1

        home.ask(NEWS.format(token=path.strip("/").split("/")[1]))
        time.sleep(BELIEVED)
        assert all("Ready in a locker" in page for page in pages())

        home.ask(LOOKS)
        time.sleep(BELIEVED)
        assert all("/theme/new/" in page for page in pages())
