"""The embed doctor: many pages of shops, and what it says of each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.branding import visits
from apps.branding.doctor import Sheet, examine
from apps.branding.embeds import Site
from apps.branding.findings import Severity
from apps.branding.hosts import LONGEST, read
from apps.branding.looks import Look
from apps.outbound.gate import Gate
from apps.outbound.messages import Reason
from tests.outbound.servers import serving, whole

HOME = "https://track.example"
SHOP = "https://shop.example/parcel"
SITE = Site(HOME)
LOOK = Look(slug="acme", name="Acme", merchant="acme", frame_origins=("https://shop.example",))
SECRET = "aB3_" * 6
LOADER = f'<script src="{HOME}/embed/v1.js" async></script>'
ELEMENT = '<parcel-tracking merchant="acme"></parcel-tracking>'
WORDS = "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def frame(attributes="", src=f"{HOME}/e/acme/"):
    return f'<iframe src="{src}" title="Parcels" height="640" {attributes}></iframe>'


def found(html, address=SHOP, policies=(), look=LOOK, site=SITE):
    return {one.name: one for one in examine(Sheet(html, address, policies), look, site)}


def meta(policy):
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


@pytest.mark.parametrize(
    "html",
    [
        LOADER + ELEMENT,
        ELEMENT + LOADER,
        f"<!-- {frame(src='http://track.example/e/other/')} -->" + LOADER + ELEMENT,
        LOADER.replace("https:", "") + ELEMENT,
        LOADER.replace("/embed/v1.js", "/static/js/embed.0123abcd.js") + ELEMENT,
        frame(),
        frame(f'sandbox="{WORDS}"'),
        frame().replace('height="640"', 'height="100%"'),
        f'<a href="{HOME}/b/acme/">Track</a>',
        f'<base href="{HOME}/"><iframe src="e/acme/" title="x" height="500"></iframe>',
        "<IFRAME SRC='https://TRACK.example/e/acme/' TITLE=x HEIGHT=640>",
        "<title><iframe src=x></title><script>'<parcel-tracking>'</script>" + LOADER + ELEMENT,
    ],
)
def test_a_page_that_is_right_is_called_fine(html):
    names = found(html)

    assert "fine" in names
    assert {one.severity for one in names.values()} <= {Severity.FINE, Severity.HINT}


@pytest.mark.parametrize(
    ("html", "name", "line"),
    [
        ("<p>Hello</p>", "nothing", '<parcel-tracking merchant="acme" token-param="t">'),
        ("", "nothing", LOADER),
        (f'<a href="https://other.example/b/acme/">x</a>{frame(src="/e/acme/")}', "nothing", ""),
        (ELEMENT, "no-script", LOADER),
        (LOADER + "<parcel-tracking></parcel-tracking>", "no-brand", 'merchant="acme"'),
        (LOADER + ELEMENT.replace("acme", "acne"), "wrong-brand", 'merchant="acme"'),
        (frame(src=f"{HOME}/e/other/"), "wrong-brand", f'src="{HOME}/e/acme/"'),
        (frame(src=f"{HOME}/e/other"), "wrong-brand", f'src="{HOME}/e/acme"'),
        (f'<a href="{HOME}/b/other/">x</a>', "wrong-brand", f'href="{HOME}/b/acme/"'),
        (
            '<script src="https://cdn.example/embed/v1.js"></script>' + ELEMENT,
            "strange-script",
            LOADER,
        ),
        (LOADER.replace("async", 'type="module"') + ELEMENT, "module", LOADER),
        (LOADER + '<parcel-tracking merchant="acme"/>', "short", "</parcel-tracking>"),
        (LOADER.replace("https", "http") + ELEMENT, "mixed", f'src="{HOME}/embed/v1.js"'),
        (frame(src="http://track.example/e/acme/"), "mixed", f'src="{HOME}/e/acme/"'),
        (frame('sandbox="allow-forms"'), "sandbox", f'sandbox="{WORDS}"'),
        (frame("sandbox"), "sandbox", WORDS),
        (frame('scrolling="no"'), "cut-off", 'height="640"'),
        (frame(src=f"{HOME}/b/acme/"), "not-framed", f'src="{HOME}/e/acme/"'),
        (frame(src=f"{HOME}/t/{SECRET}/"), "not-framed", f"/e/acme/{SECRET}/"),
        (LOADER + ELEMENT.replace('"acme"', '"acme" token="{{ x }}"'), "secret", "token-param"),
        (frame(src=f"{HOME}/e/acme/short/"), "secret", ""),
    ],
)
def test_what_keeps_parcels_from_being_shown_is_a_problem(html, name, line):
    told = found(html)

    assert told[name].severity == Severity.PROBLEM
    assert line in told[name].line
    assert "fine" not in told


@pytest.mark.parametrize(
    ("html", "name", "line"),
    [
        (frame().replace('title="Parcels"', ""), "title", 'title="Parcel tracking"'),
        (frame().replace('height="640"', 'height="200"'), "height", 'height="640"'),
        (frame().replace('height="640"', ""), "height", 'height="640"'),
        (frame('style="height: 120px"'), "height", ""),
        (frame('sandbox="allow-scripts allow-forms"'), "sandbox", WORDS),
        (LOADER + ELEMENT + frame(src=f"{HOME}/e/other/"), "two-brands", ""),
        ('<a href="http://track.example/b/acme/">x</a>', "http", f'href="{HOME}/b/acme/"'),
        (LOADER + ELEMENT.replace('"acme"', '"acme" theme="night"'), "theme", 'theme="auto"'),
        (
            LOADER + ELEMENT.replace('"acme"', '"acme" style="height:300px;overflow:hidden"'),
            "clipped",
            "<parcel-tracking",
        ),
    ],
)
def test_what_is_worse_than_need_be_is_a_warning(html, name, line):
    told = found(html)

    assert told[name].severity == Severity.WARNING
    assert line in told[name].line


CLEAR = LOADER + '<parcel-tracking merchant="acme" background="transparent"{}></parcel-tracking>'


@pytest.mark.parametrize(
    ("html", "line"),
    [
        (f'<body style="background:#111">{CLEAR.format("")}', 'theme="dark"'),
        (f"<body bgcolor=white>{CLEAR.format(' theme=dark')}", 'theme="light"'),
        (f'<div style="background-color: rgb(0, 0, 0)"><p>{CLEAR.format("")}', 'theme="dark"'),
        (f'<body style="background:#777">{CLEAR.format("")}', "<parcel-tracking"),
    ],
)
def test_text_that_cannot_be_read_on_the_shops_ground_is_told(html, line):
    told = found(html)["contrast"]

    assert line in told.line and "4.5" in told.words


@pytest.mark.parametrize(
    "html",
    [
        f'<body style="background:#111">{CLEAR.format(" theme=dark")}',
        f'<body style="background:url(x.png)">{CLEAR.format("")}',
        f'<div style="background:#111"></div>{CLEAR.format("")}',
        f'<body style="background:#111">{LOADER}{ELEMENT}',
    ],
)
def test_ground_that_does_no_harm_is_not_told(html):
    assert "contrast" not in found(html)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://other.example/", "https://other.example"),
        ("https://www.shop.example/", "only https://shop.example"),
        ("http://shop.example/", "only https://shop.example"),
        ("https://shop.example:8443/x", "only https://shop.example"),
    ],
)
def test_a_site_the_brand_does_not_let_in_is_told_with_its_origin(address, words):
    told = found(frame(), address)["origin"]

    assert words in told.words
    assert told.line == address.rpartition("/")[0]
    assert told.where == "the brand's frame origins"


def test_a_link_needs_no_origin():
    assert "origin" not in found(f'<a href="{HOME}/b/acme/">x</a>', "https://other.example/")


def test_pasted_html_without_an_address_is_told_what_could_not_be_seen():
    told = found(frame(), "")

    assert "https://shop.example" in told["unknown-origin"].words
    assert told["unknown-policy"].line == f"script-src {HOME}; frame-src {HOME}"


def test_a_page_over_http_is_told():
    look = Look(slug="acme", name="", merchant="acme", frame_origins=("http://shop.example",))

    told = found(frame(src="http://track.example/e/acme/"), "http://shop.example/", look=look)

    assert {"http-page", "http"} <= set(told) and "mixed" not in told


@pytest.mark.parametrize(
    ("policy", "name", "line"),
    [
        ("default-src 'self'", "policy-frame-src", f"frame-src 'self' {HOME}"),
        ("frame-src 'none'", "policy-frame-src", f"frame-src {HOME}"),
        ("child-src https://a.example", "policy-frame-src", f"https://a.example {HOME}"),
        ("frame-src http://track.example:8080", "policy-frame-src", HOME),
        ("script-src 'self'", "policy-script-src", f"script-src 'self' {HOME}"),
        ("script-src-elem 'none'; script-src *", "policy-script-src", f"script-src-elem {HOME}"),
        (f"script-src 'strict-dynamic' 'nonce-abc' {HOME}", "policy-script-src", HOME),
        (f"script-src {HOME}/other.js", "policy-script-src", HOME),
        (f"frame-src {HOME}, frame-src 'none'", "policy-frame-src", HOME),
        ("frame-src", "policy-frame-src", f"frame-src {HOME}"),
        ("frame-src https://[", "policy-frame-src", HOME),
    ],
)
@pytest.mark.parametrize("is_header", [True, False])
def test_the_shops_own_policy_can_be_in_the_way(policy, name, line, is_header):
    page = LOADER + ELEMENT
    told = found(page, policies=(policy,)) if is_header else found(meta(policy) + page)

    assert told[name].severity == Severity.PROBLEM
    assert line in told[name].line


@pytest.mark.parametrize(
    "policy",
    [
        "default-src *",
        "default-src https:",
        f"script-src {HOME}; frame-src {HOME}",
        "script-src track.example/embed/; frame-src *.example",
        "script-src https://track.example:*; frame-src http://track.example",
        "script-src 'nonce-abc' 'strict-dynamic'; frame-src https://track.example/",
        "img-src 'none'",
        "frame-src https://track.example; frame-src 'none'",
    ],
)
def test_a_policy_that_lets_us_in_is_no_finding(policy):
    page = LOADER.replace("async", 'nonce="abc"') + ELEMENT

    told = found(page, policies=(policy,))

    assert [name for name in told if name.startswith("policy")] == []


def test_a_frame_needs_no_script():
    assert "policy-script-src" not in found(frame(), policies=("script-src 'none'",))


def test_the_brands_own_host_is_ours_too():
    html = frame(src="https://parcels.shop.example/e/acme/")

    assert "nothing" in found(html)
    assert "nothing" not in found(html, site=Site(HOME, "parcels.shop.example"))


def test_the_worst_comes_first():
    html = frame('height="9" sandbox', src="http://track.example/e/other/")

    told = [one.severity for one in examine(Sheet(html, SHOP), LOOK, Site(HOME))]

    assert told == sorted(told, key=list(Severity).index)


N = 400_000
HOSTILE = [
    "<a ", "<!--", "<!", "<?", "</", "<![CDATA[", '<a b="', "<a b='", "<div>", "</b>", "<a =",
    "<iframe ", "<script>", "<style>", "&", "<a b>", "<", "<a/", "\x00", "\ud800<a>", "<a\n\n\n",
    "<parcel-tracking/>", f'<iframe src="{HOME}/e/x/">', "<iframe src='https://[/'>", "<title><a>",
    f'<a href="{HOME}/t/x/">', "<meta http-equiv=content-security-policy content=frame-src>",
    "İ<script>x</script>",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_html_is_read_in_one_go(piece):
    html = piece * (N // len(piece))

    told = examine(Sheet(html, SHOP), LOOK, Site(HOME))

    assert told and len(told) <= 61


def test_what_is_too_long_is_cut_and_said_so():
    told = found(" " * LONGEST + frame())

    assert {"cut", "nothing"} <= set(told)


@given(st.text(alphabet="<>/=\"' \n\x00!-aeifrmscpt:;{}&#é", max_size=300), st.text(max_size=50))
@settings(max_examples=300)
def test_no_text_makes_it_fail(html, other):
    examine(Sheet(LOADER + html + ELEMENT + html, other, (html, other)), LOOK, Site(HOME))


@given(st.text(max_size=60))
def test_no_attribute_makes_it_fail(text):
    quoted = text.replace('"', "")
    html = f'<iframe src="{quoted}" style="{quoted}" height="{quoted}"><base href="{quoted}">'

    examine(Sheet(html + CLEAR.format(f' token="{quoted}" theme="{quoted}"')), LOOK, Site(HOME))


def test_lines_to_paste_cannot_hold_what_breaks_out_of_an_attribute():
    told = found(frame("x='\"><script>' sandbox"))["sandbox"]

    assert "><script>" not in told.line


def test_of_an_attribute_that_is_there_twice_the_first_counts():
    (tag,) = read('<iframe src="a" src="b">').tags

    assert tag.get("src") == "a"


def way(**limits):
    usual = {"in_flight": 1, "connect_seconds": 2, "read_seconds": 2, "total_seconds": 3}
    usual |= {"most_bytes": 10_000, "redirects": 1}
    from ipaddress import ip_network

    return Gate(**(usual | limits), networks=[ip_network("127.0.0.0/8")])


def answering(*pieces):
    def answer(request):
        yield from pieces

    return serving(answer)


def test_a_page_is_fetched_with_its_policy():
    reply = whole(b"<p>\xe9</p>", content_type="text/html; charset=latin-1")
    reply = reply.replace(b"\r\n\r\n", b"\r\nContent-Security-Policy: frame-src *\r\n\r\n", 1)
    with answering(reply) as server:
        sheet = visits.visited(server.url(), way())

    assert (sheet.html, sheet.policies, sheet.is_fetched) == ("<p>é</p>", ("frame-src *",), True)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (whole(b"x", "404 Not Found", content_type="text/html"), "404"),
        (whole(b"x", "403 Forbidden", content_type="text/html"), "keep programs out"),
        (whole(b"x", content_type="image/png"), "image/png"),
        (whole(b"x" * 20_000, content_type="text/html"), "larger"),
        (b"SSH-2.0\r\n\r\n", "no web page"),
        (whole(b"", "302 Found", location="https://elsewhere.example/"), "leads on"),
    ],
)
def test_an_answer_that_is_no_page_is_told_in_plain_words(reply, words):
    with answering(reply) as server, pytest.raises(visits.NotVisited, match=words):
        visits.visited(server.url(), way())


@pytest.mark.parametrize(
    "address",
    ["", "file:///etc/passwd", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/",
     "http://10.0.0.1/", "https://user:word@shop.example/", "javascript:alert(1)", "x" * 5000,
     "http://shop.example:22/", "http://sh\nop.example/"],
)  # fmt: skip
def test_no_private_or_odd_address_is_visited(address):
    gate = visits.gate()

    with pytest.raises(visits.NotVisited, match="Only public"):
        visits.visited(address, gate)


def test_every_reason_has_its_words():
    assert set(visits.WHY) == set(Reason)
