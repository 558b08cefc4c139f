"""What docs/webhooks.md says is so."""

import json
import re

import pytest

from apps.notifications.gaps import GAPS
from tests.builders import RECORDED
from tests.notifications.making import SECRET, make_endpoint, make_news, pass_on

DOCS = (RECORDED.parent.parent / "docs/webhooks.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.S)


@pytest.mark.django_db
def test_the_receiver_in_the_docs_takes_what_we_send(receive):
    receiver, room = receive(), {}
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)
    exec(next(code for kind, code in BLOCKS if kind == "python"), room)  # noqa: S102

    pass_on()

    headers, body = receiver.got[0]
    told = room["receive"](headers, body.encode(), SECRET)
    shown = json.loads(next(code for kind, code in BLOCKS if kind == "json"))
    assert told.keys() == shown.keys()
    assert told["data"].keys() == shown["data"].keys()


def test_the_gaps_are_those_of_the_docs():
    seconds, minutes, hours = (
        [int(gap.total_seconds()) for gap in GAPS[:1]],
        [int(gap.total_seconds()) // 60 for gap in GAPS[1:4]],
        [int(gap.total_seconds()) // 3600 for gap in GAPS[4:]],
    )

    told = re.search(r"tried again after ([^h]*)hours", DOCS.replace("\n", " "))[1]
    assert [int(number) for number in re.findall(r"\d+", told)] == seconds + minutes + hours
