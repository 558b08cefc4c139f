"""What a provider tells later: who bounced or complained gets no more mail; strangers are refused."""

import hashlib
import hmac
import json
from base64 import b64encode

import pytest
from anymail.signals import AnymailTrackingEvent

from apps.mails import addresses
from apps.mails.models import Blocked, Letter, Subscription
from apps.mails.tracking import hear
from tests.builders import NOW, make_merchant
from tests.mails.sending import ADA, happens, listened_to, pick, post, subscription
from tests.notifications.making import make_endpoint

pytestmark = pytest.mark.django_db
SECRET = "mail:a-long-enough-word"
URL = "/mail/events"


@pytest.fixture
def provider(settings):
    """Say which provider mail goes through."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MAIL_FROM, settings.PUBLIC_URL = "parcels@shop.example", "https://parcels.example"

    def choose(name, **more):
        settings.MAIL_PROVIDER = name
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, **more}

    choose("postmark")
    return choose


def authorization(secret=SECRET):
    return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}


def tell(client, event, headers=None):
    body = event if isinstance(event, str) else json.dumps(event)
    headers = authorization() if headers is None else headers
    return client.post(URL, body, content_type="application/json", headers=headers)


def bounce(kind="HardBounce", **fields):
    """Return what Postmark posts when a mail came back."""
    return {
        "RecordType": "Bounce",
        "ID": 901542550,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": ADA,
        "BouncedAt": "2026-03-02T12:05:00Z",
        "Subject": "Your parcel",
        **fields,
    }


def sent(provider_id="2706ee8a-737c-4285-b032-ccd317af53ed"):
    """Send a letter that the provider has a name of its own for."""
    happens(listened_to(), "out_for_delivery")
    pick()
    post()
    Letter.objects.update(provider_id=provider_id)


def test_a_mail_that_came_back_ends_all_to_that_address(client, provider):
    sent()
    other = listened_to(ADA.upper(), merchant=make_merchant("Other"))

    assert tell(client, bounce()).status_code == 200

    assert addresses.is_blocked(ADA)
    assert Blocked.objects.get().reason == "bounced"
    assert set(Subscription.objects.values_list("state", "end")) == {("ended", "bounced")}
    assert Subscription.objects.filter(shipment=other).exists()
    assert Letter.objects.get().reason == "bounced: bounced"


def test_whoever_marks_a_mail_as_spam_gets_no_more(client, provider):
    sent()
    complaint = bounce("SpamComplaint", RecordType="SpamComplaint")

    assert tell(client, complaint).status_code == 200

    assert Blocked.objects.get().reason == "complained"
    assert subscription().end == "complained"


def test_whoever_unsubscribes_at_the_provider_gets_no_more(client, provider):
    sent()
    change = {
        "RecordType": "SubscriptionChange",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": ADA,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "ChangedAt": "2026-03-02T12:05:00Z",
    }

    assert tell(client, change).status_code == 200

    assert (Blocked.objects.get().reason, subscription().end) == ("refused", "unsubscribed")


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "DnsError", "Blocked", "DMARCPolicy"])
def test_what_passes_or_is_our_own_fault_ends_nothing(client, provider, kind):
    sent()

    assert tell(client, bounce(kind)).status_code == 200

    assert subscription().state == "on"
    assert Blocked.objects.count() == 0


def test_a_delivery_changes_nothing(client, provider):
    sent()
    delivered = {
        "RecordType": "Delivery",
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Recipient": ADA,
        "DeliveredAt": "2026-03-02T12:05:00Z",
        "Details": "smtp;250",
    }

    assert tell(client, delivered).status_code == 200

    assert Letter.objects.get().reason == ""
    assert subscription().state == "on"


def test_an_address_alone_is_enough(client, provider):
    listened_to()

    assert tell(client, bounce(MessageID="of-somebody-else")).status_code == 200

    assert subscription().end == "bounced"


def mailgun(signing="mailgun-key", severity="permanent", **fields):
    """Return what Mailgun posts when a mail came back, signed by a key."""
    token, stamp = "c5fb3ab8f43bc7ab9c0b2eb2e3f7f0c9e6cf0a4cd6f8e1b5a3", "1772452800"
    signature = hmac.new(signing.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature.hexdigest()},
        "event-data": {
            "event": "failed",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1772452800.5,
            "severity": severity,
            "reason": "bounce",
            "recipient": ADA,
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
            "message": {"headers": {"message-id": "20260302.1@shop.example"}},
            **fields,
        },
    }


def test_another_provider_is_understood_as_well(client, provider):
    provider("mailgun", MAILGUN_API_KEY="key", MAILGUN_WEBHOOK_SIGNING_KEY="mailgun-key")
    sent("<20260302.1@shop.example>")

    assert tell(client, mailgun(severity="temporary")).status_code == 200
    assert subscription().state == "on"
    assert tell(client, mailgun()).status_code == 200

    assert subscription().end == "bounced"
    assert Letter.objects.get().reason == "bounced: bounced"


def test_a_signature_by_another_key_is_refused(client, provider):
    provider("mailgun", MAILGUN_API_KEY="key", MAILGUN_WEBHOOK_SIGNING_KEY="mailgun-key")
    sent()

    assert tell(client, mailgun(signing="guessed")).status_code == 400
    assert subscription().state == "on"


@pytest.mark.parametrize(
    "headers", [{}, authorization("mail:guessed"), {"Authorization": "Basic %%%"}]
)
def test_whoever_has_no_secret_is_refused(client, provider, headers):
    listened_to()

    assert tell(client, bounce(), headers).status_code == 400
    assert subscription().state == "on"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "7", '"x"', '{"RecordType": []}', '{"RecordType": "Bounce"}', "\x00"],
)
@pytest.mark.parametrize("name", ["postmark", "mailgun", "brevo", "mailjet", "resend", "mandrill"])
def test_nonsense_is_refused_and_nothing_breaks(client, provider, name, body):
    keys = {"MAILGUN_API_KEY": "key", "MANDRILL_API_KEY": "key", "MANDRILL_WEBHOOK_KEY": "key"}
    provider(name, **keys)
    listened_to()

    assert tell(client, body).status_code in (200, 400)
    assert subscription().state == "on"


@pytest.mark.parametrize("name", ["", "scaleway", "pigeon"])
def test_without_a_provider_that_tells_there_is_no_such_page(client, provider, name):
    provider(name)

    assert tell(client, bounce()).status_code == 404


def test_without_a_secret_there_is_no_such_page(client, provider, settings):
    settings.ANYMAIL = {}

    assert tell(client, bounce()).status_code == 404


def test_a_provider_whose_key_is_missing_is_not_listened_to(client, provider):
    provider("mandrill")

    assert tell(client, "x").status_code == 404


def test_a_browser_is_told_that_nothing_is_to_be_seen(client, provider):
    assert client.get(URL, headers=authorization()).status_code == 405


@pytest.mark.parametrize(
    "event",
    [
        {"event_type": "bounced", "recipient": None},
        {"event_type": "bounced", "recipient": "\0" * 9, "message_id": "\0"},
        {"event_type": "bounced", "recipient": "x" * 9999, "message_id": "y" * 9999},
        {"event_type": "bounced", "recipient": ADA, "mta_response": "452 4.2.2 mailbox full"},
        {"event_type": "bounced", "recipient": ADA, "reject_reason": "spam"},
        {"event_type": "bounced", "recipient": ADA, "esp_event": {"hard_bounce": False}},
        {
            "event_type": "bounced",
            "recipient": ADA,
            "esp_event": {"bounce": {"bounceType": "Transient"}},
        },
        {"event_type": "rejected", "recipient": ADA, "reject_reason": "blocked"},
        {"event_type": "failed", "recipient": ADA},
        {"event_type": None},
    ],
)
def test_odd_and_passing_events_end_nobodys_mail(event):
    listened_to()

    hear(AnymailTrackingEvent(**event))

    assert subscription().state == "on"


@pytest.mark.parametrize(
    ("reason", "end"), [("invalid", "bounced"), ("spam", "complained"), ("unsubscribed",) * 2]
)
def test_a_provider_that_knows_an_address_is_believed(reason, end):
    listened_to()

    hear(AnymailTrackingEvent(event_type="rejected", recipient=ADA, reject_reason=reason))

    assert subscription().end == end


def test_a_merchants_own_address_is_not_closed_by_a_mail_about_its_webhook():
    endpoint = make_endpoint("https://shop.example/hook")
    Letter.objects.create(
        merchant=endpoint.merchant,
        endpoint=endpoint,
        kind="paused",
        provider_id="m-1",
        state="sent",
        created_at=NOW,
        due_at=NOW,
    )

    hear(AnymailTrackingEvent(event_type="bounced", recipient="ops@acme.example", message_id="m-1"))

    assert Blocked.objects.count() == 0
    assert Letter.objects.get().reason == "bounced"
