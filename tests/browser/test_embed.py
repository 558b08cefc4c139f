"""A shop's page on another origin with our frame in it: what they tell each other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import TimeoutError as TooSlow
from playwright.sync_api import expect

from apps.branding.models import Brand
from apps.shipments.recording import record
from apps.shipments.reports import LegReport, Moment, NumberReport, Sighting
from tests.browser.shop import shop
from tests.builders import make_merchant, make_shipment, report

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NOW = datetime.now(UTC).replace(microsecond=0)
# Where it is noon at the moment: what was out for delivery there has not become late overnight.
NOON = 60 * (12 - NOW.hour)


def told(code, hours_ago):
    return Sighting(code, Moment(NOW - timedelta(hours=hours_ago), offset=NOON))


STORY = report(*(told("in_transit", hours) for hours in range(5, 15)), told("out_for_delivery", 2))
NEWS = report(told("attempted.no_answer", 1))
FALLBACK = '<a href="/somewhere">Track it at our partner</a>'
# Keeps every event in the shop's page, in the order they come.
LISTEN = """<script>
var told = []
for (const name of ['ready', 'lookup', 'view', 'status', 'action', 'rating', 'error', 'resize'])
  addEventListener('parcel:' + name, e => told.push([name, e.detail, e.target.id]))
</script>"""


@pytest.fixture(autouse=True)
def a_second_passes(monkeypatch):
    monkeypatch.setattr("apps.pages.front.BELIEVED", 0)
    monkeypatch.setattr("apps.branding.looks.BELIEVED", 0)


@pytest.fixture(scope="module")
def site():
    with shop() as one:
        yield one


class Around:
    """A merchant whose brand may be framed by the shop, a parcel, and the shop's page."""

    def __init__(self, page, live_server, site):
        self.page, self.site, self.url = page, site, live_server.url
        self.brand = Brand.objects.create(
            merchant=make_merchant(), slug="acme", name="Acme", frame_origins=[site.origin]
        )
        self.shipment = make_shipment(self.brand.merchant, STORY, now=NOW)
        self.token = self.shipment.token

    def element(self, attributes="", name="one"):
        return f'<parcel-tracking id="{name}" merchant="acme" {attributes}>{FALLBACK}</parcel-tracking>'

    def open(self, *elements, query=""):
        script = f'<script src="{self.url}/embed/v1.js" async></script>'
        address = self.site.put("/order", "".join(elements), LISTEN + script)
        try:
            self.page.goto(address + query, timeout=15_000)
        except TooSlow:
            # On a busy machine one page in a thousand never ends loading; people would reload.
            self.page.goto(address + query)

    def with_token(self, attributes="", name="one"):
        return self.element(f'token="{self.token}" {attributes}', name)

    @property
    def frame(self):
        return self.page.frame_locator("#one iframe")

    def told(self, *names):
        """Return the details of the events of some names, in order."""
        told = self.page.evaluate("told")
        return [detail for name, detail, _target in told if name in names]

    def until(self, script):
        return self.page.wait_for_function(script).json_value()

    def height(self):
        return self.page.locator("#one iframe").bounding_box()["height"]


@pytest.fixture
def around(browser_page, live_server, settings, site):
    settings.SECURE_SSL_REDIRECT = False
    return Around(browser_page, live_server, site)


def test_a_frame_grows_and_shrinks_with_what_is_in_it(around):
    around.open(around.with_token('height="300"'))
    expect(around.frame.locator("h1")).to_have_text("Out for delivery")
    fits = "el => Math.abs(el.getBoundingClientRect().height - innerHeight) < 3"
    main = around.frame.locator("#main")
    around.until("told.some(([name]) => name === 'resize')")
    assert around.height() > 700
    assert main.evaluate(fits)

    folded = around.height()
    around.frame.locator("details.earlier > summary").click()
    around.until(f"document.querySelector('#one').shadowRoot.firstChild.offsetHeight > {folded}")
    assert main.evaluate(fits)

    around.frame.locator("details.earlier > summary").click()
    around.until(f"document.querySelector('#one').shadowRoot.firstChild.offsetHeight == {folded}")


def test_a_frame_is_named_lazy_and_sandboxed(around):
    around.open(around.with_token())

    frame = around.page.locator("#one iframe")
    around.until("told.some(([name]) => name === 'ready')")
    assert frame.get_attribute("title") == "Parcel tracking"
    assert frame.get_attribute("loading") == "lazy"
    assert set(frame.get_attribute("sandbox").split()) == {
        "allow-scripts",
        "allow-forms",
        "allow-same-origin",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
    }


def test_the_page_around_is_told_what_is_seen_and_nothing_personal(around):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'view')")

    view = {"status": "out_for_delivery", "stage": "last_mile", "parcels": 1}
    assert around.told("ready") == [{"version": 1}]
    assert around.told("view") == [view]


def test_news_reach_the_page_around(around):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'view')")
    record(around.shipment.pk, NEWS, now=NOW)

    around.page.evaluate("document.querySelector('#one').refresh()")

    expect(around.frame.locator("h1")).to_have_text("Nobody was in")
    around.until("told.some(([name]) => name === 'status')")
    change = {"from": "out_for_delivery", "to": "attempted.no_answer"}
    assert around.told("status") == [change]


def test_what_is_done_in_the_frame_is_told(around):
    Brand.objects.update(support_url="https://shop.example/help")
    around.open(around.with_token())
    link = around.frame.locator("[data-action=support]").first
    assert link.get_attribute("target") == "_blank"

    link.evaluate("link => link.removeAttribute('href')")
    link.click()

    around.until("told.some(([name]) => name === 'action')")
    assert around.told("action") == [{"name": "support"}]


FORGED = """([origin, message]) => {
  const send = where => where.postMessage(message, '*')
  send(window)
  const other = document.createElement('iframe')
  other.srcdoc = `<script>parent.postMessage(${JSON.stringify(message)}, '*')</scr` + 'ipt>'
  document.body.append(other)
  return new Promise(done => { other.onload = () => setTimeout(done, 300) })
}"""


@pytest.mark.parametrize("kind", ["resize", "status", "ready"])
def test_forged_messages_are_ignored(around, kind):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'resize')")
    before, height = around.page.evaluate("told.length"), around.height()

    message = {"s": "pt", "v": 1, "type": kind, "height": 5000, "detail": {"to": "lost"}}
    around.page.evaluate(FORGED, [around.site.origin, message])

    assert around.page.evaluate("told.length") == before
    assert around.height() == height


# Messages from our own frame, as they would be if something in it went wrong.
ODD = [
    {"s": "pt", "v": 2, "type": "resize", "height": 900},
    {"s": "other", "v": 1, "type": "resize", "height": 900},
    {"s": "pt", "v": 1, "type": "constructor", "detail": {}},
    {"s": "pt", "v": 1},
    {"s": "pt", "v": 1, "type": "resize", "height": "900"},
    {"s": "pt", "v": 1, "type": "resize", "height": 900.5},
    "resize",
    None,
]


@pytest.mark.parametrize("message", ODD, ids=str)
def test_messages_of_another_kind_are_ignored(around, message):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'resize')")
    before, height = around.page.evaluate("told.length"), around.height()

    send = "(el, message) => parent.postMessage(message, document.documentElement.dataset.host)"
    around.frame.locator("#main").evaluate(send, message)
    around.page.wait_for_timeout(300)

    assert around.page.evaluate("told.length") == before
    assert around.height() == height


@pytest.mark.parametrize(("asked", "given"), [(10**12, 20000), (733, 733), (-5, 120)])
def test_heights_keep_within_reason(around, asked, given):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'resize')")

    send = (
        "(el, height) => parent.postMessage({s: 'pt', v: 1, type: 'resize', height},"
        " document.documentElement.dataset.host)"
    )
    around.frame.locator("#main").evaluate(send, asked)

    around.until(f"document.querySelector('#one').shadowRoot.firstChild.height == '{given}'")


def test_a_frame_obeys_nobody_but_the_page_around_it(around):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'ready')")

    order = "window.postMessage({s: 'pt', v: 1, type: 'theme', detail: 'dark'}, '*')"
    around.frame.locator("#main").evaluate(f"() => {order}")
    around.page.wait_for_timeout(300)

    assert around.frame.locator("html").get_attribute("data-theme") == "auto"


def test_a_site_that_is_not_on_the_list_gets_its_own_link_back(chromium, around):
    around.page = chromium.new_page()
    Brand.objects.update(frame_origins=["https://another.example"])
    around.page.clock.install()
    around.open(around.with_token())
    link = around.page.get_by_role("link", name="Track it at our partner")
    expect(link).to_be_hidden()

    around.page.wait_for_timeout(500)
    around.page.clock.fast_forward(8500)

    expect(link).to_be_visible()
    assert around.told("error") == [{"code": "timeout"}]
    assert around.told("ready", "resize", "view") == []
    around.page.context.close()


def test_a_frame_that_nobody_scrolled_to_is_not_given_up(around):
    around.page.clock.install()
    around.open("<div style='height:20000px'></div>", around.with_token())
    around.page.wait_for_timeout(500)

    around.page.clock.fast_forward(20_000)

    assert around.told("error") == []
    around.page.locator("#one").scroll_into_view_if_needed()
    expect(around.frame.locator("h1")).to_have_text("Out for delivery")


def test_two_elements_live_on_one_page(around):
    second = make_shipment(around.brand.merchant, report(told("delivered", 3)), now=NOW)
    around.open(
        around.with_token(),
        around.element(f'token="{second.token}"', "two"),
        f"<script src='{around.url}/embed/v1.js'></script>",
    )
    two = around.page.frame_locator("#two iframe")
    expect(around.frame.locator("h1")).to_have_text("Out for delivery")
    around.page.locator("#two").scroll_into_view_if_needed()
    expect(two.locator("h1")).to_have_text("Delivered")

    around.until("told.filter(([name]) => name === 'view').length === 2")
    seen = {
        who: detail["status"]
        for name, detail, who in around.page.evaluate("told")
        if name == "view"
    }
    assert seen == {"one": "out_for_delivery", "two": "delivered"}


def test_an_element_that_is_moved_comes_back(around):
    around.open(around.with_token(), "<div id=elsewhere></div>")
    around.until("told.some(([name]) => name === 'view')")

    around.page.evaluate("elsewhere.append(one)")

    around.until("told.filter(([name]) => name === 'view').length === 2")


def test_language_and_theme_pass_through_without_a_reload(around):
    around.open(around.with_token('theme="light"'))
    around.until("told.some(([name]) => name === 'ready')")
    around.frame.locator("html").evaluate("root => { root.dataset.same = 'yes' }")
    main = around.frame.locator("#main")

    around.page.evaluate("one.setAttribute('theme', 'dark')")
    expect(around.frame.locator("html")).to_have_attribute("data-theme", "dark")
    around.page.evaluate("one.setAttribute('lang', 'de')")
    expect(main).to_have_attribute("lang", "de")
    expect(main.locator("#details-title")).not_to_have_text("Delivery details")

    assert around.frame.locator("html").get_attribute("lang") == "de"
    assert around.frame.locator("html").get_attribute("data-same") == "yes"
    ground = "el => getComputedStyle(document.body).backgroundColor"
    assert main.evaluate(ground) == "rgb(16, 19, 26)"
    assert len(around.told("ready")) == 1


def test_the_frames_name_is_in_its_language(around):
    around.open(around.with_token('lang="de"'), around.with_token('title="Mein Paket"', "two"))
    around.until("told.some(([name]) => name === 'ready')")

    title = around.page.locator("#one iframe").get_attribute("title")
    assert title == around.frame.locator("html").evaluate("() => document.title")
    assert title != "Parcel tracking"
    assert around.page.locator("#two iframe").get_attribute("title") == "Mein Paket"


def test_the_language_of_the_shops_page_is_the_frames(around):
    around.open(around.with_token())

    source = around.page.locator("#one iframe").get_attribute("src")
    assert "&lang=en" in source


def test_the_secret_can_come_with_the_address_of_the_shops_page(around):
    around.open(around.element('token-param="t"'), query=f"?t={around.token}")

    expect(around.frame.locator("h1")).to_have_text("Out for delivery")


def test_a_number_can_be_copied_in_the_frame(around):
    legs, numbers = (LegReport(carrier_code="dhl"),), (NumberReport("JD0002123456", 0),)
    parcel = report(told("in_transit", 3), legs=legs, numbers=numbers)
    around.token = make_shipment(around.brand.merchant, parcel, now=NOW).token
    around.open(around.with_token())
    button = around.frame.get_by_role("button", name="Copy", exact=True).first

    button.click()

    expect(around.frame.get_by_role("button", name="Copied").first).to_be_visible()


def test_a_look_up_works_inside_the_frame(around):
    from apps.shipments.models import Recipient

    Recipient.objects.create(shipment=around.shipment, postal_code="M1 1AE", country="GB")
    type(around.shipment).objects.update(order_reference="10432")
    around.open(around.element('order="10432"'))
    form = around.frame.locator("form")
    expect(form.locator("[name=number]")).to_have_value("10432")

    form.locator("[name=fact]").fill("EC1A 1BB")
    form.locator("button").click()
    around.until("told.some(([name]) => name === 'lookup')")
    assert around.told("lookup") == [{"result": "not_found"}]

    form.locator("[name=fact]").fill("m11ae")
    form.locator("button").click()
    expect(around.frame.locator("h1")).to_have_text("Out for delivery")
    around.until("told.filter(([name]) => name === 'lookup').length === 2")
    assert around.told("lookup")[1] == {"result": "found"}


def test_a_plain_frame_needs_no_script_of_the_shop(around):
    frame = f'<iframe id="plain" src="{around.url}/e/acme/{around.token}/" title="Parcel"></iframe>'
    around.page.goto(around.site.put("/plain", frame))

    expect(around.page.frame_locator("#plain").locator("h1")).to_have_text("Out for delivery")


def test_the_listener_of_the_docs_sizes_a_plain_frame(around):
    docs = (settings.BASE_DIR / "docs/embedding.md").read_text()
    (listener,) = re.findall(r"^    addEventListener.*?^    \}\)$", docs, re.M | re.S)
    script = f"<script>{listener.replace('https://track.example', around.url)}</script>"
    source = f"{around.url}/e/acme/{around.token}/?host={around.site.origin}"
    frame = f'<iframe id="parcel" src="{source}" title="Parcel" height="300"></iframe>'

    around.page.goto(around.site.put("/plain", frame, script))

    around.until("document.querySelector('#parcel').height > 700")


def test_a_frame_is_whole_without_scripts_and_cookies(chromium, around):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    frame = f'<iframe id="plain" src="{around.url}/e/acme/{around.token}/" title="Parcel"></iframe>'

    page.goto(around.site.put("/plain", frame))

    inside = page.frame_locator("#plain")
    expect(inside.locator("h1")).to_have_text("Out for delivery")
    assert inside.locator(".scan").count() == 11
    assert context.cookies() == []
    context.close()


def test_nothing_is_stored_in_the_frame(around):
    around.open(around.with_token())
    around.until("told.some(([name]) => name === 'view')")

    kept = around.page.context.storage_state()
    assert kept == {"cookies": [], "origins": []}


def test_the_loader_works_under_a_strict_policy_and_leaves_no_globals(around):
    policy = (
        f"default-src 'none'; script-src 'nonce-a' 'strict-dynamic'; frame-src {around.url};"
        " require-trusted-types-for 'script'"
    )
    script = f"<script nonce='a' src='{around.url}/embed/v1.js' async></script>"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    address = around.site.put("/strict", around.with_token(), meta + script)
    globals_of = "() => Object.keys(window).filter(name => isNaN(name)).sort()"
    around.page.goto(around.site.put("/bare", ""))
    before = around.page.evaluate(globals_of)

    around.page.goto(address)

    expect(around.frame.locator("h1")).to_have_text("Out for delivery")
    assert around.page.evaluate(globals_of) == before


SHIFTS = """
window.shift = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shift += entry.value
}).observe({ type: 'layout-shift', buffered: true })
"""


@pytest.mark.parametrize("width", [320, 360, 700])
def test_the_first_view_stays_in_place_when_its_style_comes_late(around, width):
    page, held = around.page, []
    page.set_viewport_size({"width": width, "height": 560})
    page.add_init_script(SHIFTS)
    page.route("**/*.css", lambda route: held.append(route))
    page.goto(f"{around.url}/e/acme/{around.token}/", wait_until="commit")
    expect(page.locator(".when")).to_be_visible()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    assert len(held) == 1

    for route in held:
        route.continue_()
    page.wait_for_load_state()
    page.wait_for_timeout(300)

    assert page.evaluate("document.styleSheets.length") == 2
    assert 0 < page.evaluate("shift") <= 0.1


def test_a_rating_stays_in_the_frame_and_is_told(around):
    around.shipment = make_shipment(around.brand.merchant, report(told("delivered", 3)), now=NOW)
    around.token = around.shipment.token
    around.open(around.with_token())
    around.frame.get_by_role("link", name="How was your delivery?").click()

    around.frame.get_by_label("Good", exact=True).check()
    around.frame.get_by_role("button", name="Send").click()

    expect(around.frame.locator("#rating")).to_contain_text("Thank you.")
    around.until("told.some(([name]) => name === 'rating')")
    assert around.told("rating") == [{"stars": 4}]
