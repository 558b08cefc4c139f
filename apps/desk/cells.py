"""Texts in cells of tables that a spreadsheet opens.

A spreadsheet calculates what looks like a formula, so such a text goes out with an apostrophe
before it, which spreadsheets take for "this is text". Exactly that apostrophe is taken away
again on the way in, so that every text comes back as it was.
"""

import re

APOSTROPHE = "'"
# What may begin a formula in one program or another, also behind quotes and spaces, and
# whatever would look as if it had been armoured already.
_FORMULA = re.compile(r"""'*[\s"]*[=+\-@\t\r\n\0＝＋－＠]""")


def armoured(text: str) -> str:
    """Return a text as it can stand in a cell."""
    return APOSTROPHE + text if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Return the text that `armoured` was given."""
    is_armoured = text.startswith(APOSTROPHE) and _FORMULA.match(text, 1)
    return text[1:] if is_armoured else text
