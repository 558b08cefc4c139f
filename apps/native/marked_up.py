"""Texts of ours, written in Markdown, as HTML for browsers."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# HTML within a text is shown as it is written.
_READER = MarkdownIt("js-default")


def html_of(text: str) -> SafeString:
    """Return a text as HTML; tables are let scroll by themselves on a narrow screen."""
    html = str(_READER.render(text))
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
    return mark_safe(html.replace("</table>", "</table></div>"))  # noqa: S308  our own texts
