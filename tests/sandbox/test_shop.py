"""The shop to play with: one page, three ways to embed, whatever is asked for."""

import threading
import urllib.request
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.branding.models import Brand
from apps.sandbox.shop import application, serve
from tests.builders import make_merchant
from tests.pages.markup import read

SITE, TOKEN = "http://127.0.0.1:8000", "aB3dE5gH7jK9mN1pQ3sT5v"


def ask(query):
    answers = []
    body = application(SITE, "acme")({"QUERY_STRING": query}, lambda *words: answers.append(words))
    assert answers == [("200 OK", [("Content-Type", "text/html; charset=utf-8")])]
    return b"".join(body).decode()


def test_the_page_has_an_element_a_frame_and_a_link():
    page = read(ask(f"t={TOKEN}"))

    element = page.one("parcel-tracking")
    assert (element["merchant"], element["token-param"]) == ("acme", "t")
    assert element.one("a")["href"] == f"{SITE}/b/acme/"
    assert page.one("iframe")["src"].startswith(f"{SITE}/e/acme/{TOKEN}/?")
    assert page.one("a", class_="button")["href"] == f"{SITE}/t/{TOKEN}/"
    assert page.all("script")[0]["src"] == f"{SITE}/embed/v1.js"


@pytest.mark.parametrize("query", ["", "t=", "t=short", "t=%22%3E%3Cscript%3Ealert(1)", "t=%00%ff"])
def test_without_a_secret_the_page_shows_forms(query):
    page = read(ask(query))

    assert page.one("iframe")["src"].startswith(f"{SITE}/e/acme/?")
    assert page.one("a", class_="button")["href"] == f"{SITE}/b/acme/"


def test_the_shop_answers_over_http():
    server = serve("127.0.0.1", 0, SITE, "acme")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/any") as answer:  # noqa: S310
            assert b"parcel-tracking" in answer.read()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_port_that_is_taken_is_said():
    with (
        serve("127.0.0.1", 0, SITE, "acme") as taken,
        pytest.raises(CommandError, match="Cannot serve"),
    ):
        call_command("demo_shop", port=taken.server_port)


def test_the_demo_brand_lets_the_shop_frame_its_pages(db):
    from apps.branding.management.commands.demo_brand import SHOP
    from apps.shipments.models import Merchant

    Merchant.objects.create(name="Fern & Field", slug=SHOP)

    for port in (8002, 8003):
        call_command("demo_brand", shop=f"http://localhost:{port}", stdout=StringIO())

    brand = Brand.objects.get()
    brand.full_clean()
    assert brand.frame_origins == ["http://localhost:8003"]


@pytest.mark.parametrize("shop", ["localhost:8002", "http://localhost:8002/path", "*"])
def test_the_demo_brand_needs_an_origin(db, shop):
    make_merchant("Fern and Field")

    with pytest.raises(CommandError, match="is no origin"):
        call_command("demo_brand", shop=shop)


def test_the_demo_brand_needs_the_demo(db):
    with pytest.raises(CommandError, match="not loaded"):
        call_command("demo_brand", shop="http://localhost:8002")
