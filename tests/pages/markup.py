"""Reading a page as a browser does: elements by tag and attribute, and their text."""

from html.parser import HTMLParser

from django.template.loader import render_to_string

from apps.pages.presenting import present
from tests.pages.journeys import NOW

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "use"}


class Element:
    def __init__(self, tag, attributes, parent=None):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    @property
    def text(self):
        texts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join("".join(texts).split())

    @property
    def elements(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.elements

    def all(self, tag=None, **attributes):
        """Return elements below, in order; `class_` names one of the classes."""
        wanted = attributes.pop("class_", None)
        return [
            element
            for element in self.elements
            if (tag is None or element.tag == tag)
            and (wanted is None or wanted in (element.get("class") or "").split())
            and all(element.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag=None, **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements are {tag} {attributes}"
        return found[0]

    def within(self, tag):
        """Tell whether the element lies in a tag of that name."""
        parent = self.parent
        while parent is not None and parent.tag != tag:
            parent = parent.parent
        return parent is not None


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag, attrs):
        self.here.children.append(Element(tag, dict(attrs), self.here))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


def read(html):
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.here is builder.root, f"<{builder.here.tag}> stays open"
    return builder.root


def rendered(*journeys, now=NOW, reader=None):
    """Return the HTML of the tracking page of journeys, without a request or a database."""
    return render_to_string("pages/tracking.html", {"page": present(journeys, now, reader)})


def page(*journeys, now=NOW, reader=None):
    return read(rendered(*journeys, now=now, reader=reader))
