"""docs/codes.md is what the tables say."""

import re

import pytest

from apps.shipments.status import STATUSES
from tests import codes


def test_the_page_of_codes_is_up_to_date():
    assert codes.PAGE.read_text("utf-8") == codes.page()


def test_every_code_has_one_row_with_a_word_of_every_language():
    rows = re.findall(r"^\| `([\w.]+)` \| ([^|]+\|){6}$", codes.page(), re.M)

    assert [code for code, _ in rows] == list(STATUSES)


@pytest.mark.parametrize("title", [title for title, _ in codes.readings()])
def test_every_word_that_is_read_is_on_the_page(title):
    words = dict(codes.readings())[title]
    told = codes.page().split(f"### {title}\n")[1].split("\n### ")[0]

    assert [word for word in words if f"`{word}`" not in told] == []
