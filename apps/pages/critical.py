"""The few rules of our style sheet that the first view of a frame cannot do without."""

import re
from collections.abc import Iterator
from functools import cache

from django.conf import settings

SHEET = settings.BASE_DIR / "static/css/pages.css"
# A rule is one of them when its selector is made of these words only.
NAMES = """
body root h1 h2 h3 h4 p dl dd ul ol a data-theme light dark framed clear card icon unseen
tracking lead status order when when-label source last actions button rail step dot step-words not
aria-current
"""
WORDS = frozenset(NAMES.split())
_REMARK = re.compile(r"/\*.*?\*/", re.S)
_NEEDLESS = re.compile(r"(?<=[:{};,>]) | (?=[{};,>])")
# What moves nothing when it comes later, and properties that no rule is left to use.
_LATER = re.compile(r"(?:box-shadow|text-(?:underline|decoration)-[a-z]+):[^;}]+;?")
_PROPERTY = re.compile(r"(--[\w-]+):[^;}]+;?")
# A block of rules under a condition, or a single rule.
_BLOCK = re.compile(r"(@[^{]+)\{((?:[^{}]+\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")


@cache
def critical_css() -> str:
    """Return the rules, without what only people need."""
    css = _LATER.sub("", "".join(_chosen(_squeezed(SHEET.read_text()))))
    return _PROPERTY.sub(lambda found: found[0] if f"var({found[1]})" in css else "", css)


def _squeezed(css: str) -> str:
    return _NEEDLESS.sub("", " ".join(_REMARK.sub("", css).split())).replace(";}", "}")


def _chosen(css: str) -> Iterator[str]:
    for condition, rules, selectors, body in _BLOCK.findall(css):
        if condition:
            inner = "".join(_chosen(rules))
            if inner and condition.startswith("@media (max-width"):
                yield f"{condition}{{{inner}}}"
        elif chosen := [one for one in selectors.split(",") if _words(one) <= WORDS]:
            yield f"{','.join(chosen)}{{{body}}}"


def _words(selector: str) -> set[str]:
    return set(re.findall(r"[\w-]+", selector))
