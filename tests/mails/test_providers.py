"""Mail through a provider's API: a real server on this machine that answers as the provider does."""

import json

import pytest

from apps.mails import addresses
from apps.mails.models import Letter
from tests.builders import NOW
from tests.mails.sending import ADA, happens, listened_to, pick, post, subscription
from tests.notifications.receiving import receiving
from tracking_site import mail

pytestmark = pytest.mark.django_db
TAKEN = {
    "To": ADA,
    "SubmittedAt": "2026-03-02T12:00:01Z",
    "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
    "ErrorCode": 0,
    "Message": "OK",
}


def answering(status, told):
    """Return an answer with a body, as a receiver gives it."""
    body = json.dumps(told).encode()

    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def provider(settings):
    """Have mail go to a provider on this machine."""
    settings.MAIL_FROM, settings.PUBLIC_URL = "parcels@shop.example", "https://parcels.example"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"

    def choose(url):
        given = {"ANYMAIL_POSTMARK_SERVER_TOKEN": "token", "ANYMAIL_POSTMARK_API_URL": url}
        settings.ANYMAIL = mail.options(given, "postmark")

    return choose


def due():
    happens(listened_to(), "out_for_delivery")
    pick()


def test_a_mail_is_handed_over_and_known_by_the_providers_name_for_it(provider):
    due()

    with receiving(answering(200, TAKEN)) as receiver:
        provider(receiver.url)
        assert post() == {"sent": 1}

    ((headers, body),) = receiver.got
    told = json.loads(body)
    named = {one["Name"]: one["Value"] for one in told["Headers"]}
    assert headers["X-Postmark-Server-Token"] == "token"
    assert (told["To"], told["Subject"]) == (ADA, "out_for_delivery of")
    assert told["From"].endswith("<parcels@shop.example>")
    assert named["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Letter.objects.get().provider_id == TAKEN["MessageID"]


def test_a_provider_is_asked_to_watch_nobody(provider):
    due()

    with receiving(answering(200, TAKEN)) as receiver:
        provider(receiver.url)
        post()

    told = json.loads(receiver.got[0][1])
    assert (told["TrackOpens"], told["TrackLinks"]) == (False, "None")


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_provider_that_takes_nothing_costs_no_try(provider, status):
    due()

    with receiving(answering(status, {"ErrorCode": 10, "Message": "no"})) as receiver:
        provider(receiver.url)
        assert post() == {"failed": 1, "down": 1}

    letter = Letter.objects.get()
    assert (letter.state, letter.tries) == ("waiting", 0)


def test_a_provider_that_cannot_be_reached_costs_no_try(provider):
    due()
    provider("http://127.0.0.1:1/")

    assert post() == {"failed": 1, "down": 1}
    assert Letter.objects.get().tries == 0


def test_an_answer_that_is_none_is_asked_for_again(provider):
    due()

    with receiving(200) as receiver:
        provider(receiver.url)
        post()

    assert Letter.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("told", "is_closed"),
    [
        (
            {"ErrorCode": 300, "Message": f"Error parsing 'To': Illegal email address '{ADA}'."},
            True,
        ),
        (
            {
                "ErrorCode": 406,
                "Message": "You tried to send to recipient(s) that have been marked as inactive."
                f" Found inactive addresses: {ADA}. Inactive recipients are ones that have"
                " generated a hard bounce.",
            },
            False,
        ),
        ({"ErrorCode": 405, "Message": "Not allowed to send."}, False),
    ],
)
def test_what_is_refused_is_given_up_and_only_a_wrong_address_closed(provider, told, is_closed):
    due()

    with receiving(answering(422, told)) as receiver:
        provider(receiver.url)
        post()

    letter = Letter.objects.get()
    assert (letter.state, letter.ended_at) == ("given_up", NOW)
    assert addresses.is_blocked(ADA) is is_closed
    assert subscription().state == ("ended" if is_closed else "on")
    assert ADA not in letter.reason
