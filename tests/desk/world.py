"""Two merchants with a row in every table of the admin, and everybody who may knock.

Each word of a merchant's rows holds its mark, so that one of them anywhere on a page shows.
"""

import zlib
from datetime import UTC, datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.api.models import ApiKey
from apps.branding.models import Brand
from apps.desk.models import Case, Membership, Note, Role, Run
from apps.mails.models import Blocked, Letter, Subscription
from apps.notifications.models import Delivery, Endpoint, new_secret
from apps.outbound.encryption import Sealed
from apps.pages.models import Rating
from apps.providers.models import Answer, Misfit, Tally
from apps.shipments import recording
from apps.shipments.models import Carrier, Merchant, Outbox, UnknownWord
from tests.builders import report, sighting
from tests.providers.making import make_account, make_watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OURS, THEIRS = "kumquat", "zzdurian"
PEOPLE = ("anonymous", "seatless", "viewer", "editor", "operator", "stranger", "platform")


def furnish(mark):
    """Make a merchant and one row of it in each table; return the rows by table."""
    merchant = Merchant.objects.create(name=f"{mark} shop", slug=mark)
    account = make_account(merchant=merchant, name=f"{mark} account", kind="sorted_v2")
    watch = make_watch(account, f"{mark}1", carrier_code=f"{mark}car")
    shipment = watch.shipment
    shipment.order_reference = f"{mark}-order"
    shipment.save()
    recording.record(shipment.pk, report(sighting("in_transit")), now=NOW)
    shipment.refresh_from_db()
    case = Case.objects.create(shipment=shipment, opened_at=NOW)
    brand = Brand.objects.create(merchant=merchant, slug=mark, name=f"{mark} brand")
    url = f"https://{mark}.example/hook"
    endpoint = Endpoint.objects.create(merchant=merchant, url=url, secrets=Sealed(now=new_secret()))
    key, _ = ApiKey.objects.create_key(name=f"{mark} key", merchant=merchant, scopes=["read"])
    told = {"email": f"ada@{mark}.example", "folded": f"ada@{mark}.example", "language": "en"}
    heard = Subscription.objects.create(shipment=shipment, asked_at=NOW, **told)
    return {
        "shipments.merchant": merchant,
        "shipments.shipment": shipment,
        "shipments.outbox": Outbox.objects.filter(shipment=shipment).first(),
        "providers.account": account,
        "providers.watch": watch,
        "providers.misfit": Misfit.objects.create(
            account=account,
            trouble="malformed",
            detail=f"{mark} detail",
            sample=f"{mark} sample",
            first_at=NOW,
            last_at=NOW,
        ),
        "branding.brand": brand,
        "api.apikey": key,
        "pages.rating": Rating.objects.create(
            shipment=shipment, stars=3, words=f"{mark} words", rated_at=NOW
        ),
        "shipments.trackingnumber": watch.number,
        "providers.answer": Answer.objects.create(
            watch=watch, received_at=NOW, body=zlib.compress(mark.encode()), digest=mark.encode()
        ),
        "mails.subscription": heard,
        "mails.letter": Letter.objects.create(
            merchant=merchant,
            shipment=shipment,
            subscription=heard,
            kind="delivered",
            language="en",
            reason=f"{mark} reason",
            created_at=NOW,
            due_at=NOW,
        ),
        "notifications.endpoint": endpoint,
        "notifications.delivery": Delivery.objects.create(
            endpoint=endpoint,
            shipment=shipment,
            version=1,
            code="in_transit",
            created_at=NOW,
            due_at=NOW,
        ),
        "desk.case": case,
        "desk.note": Note.objects.create(case=case, text=f"{mark} note", made_at=NOW),
        "desk.run": Run.objects.create(kind="ask", merchant=merchant, made_at=NOW, changed_at=NOW),
        "admin.logentry": LogEntry.objects.log_actions(
            User.objects.get_or_create(username="root", is_superuser=True)[0].pk,
            [brand],
            CHANGE,
            f"{mark} entry",
            single_object=True,
        ),
    }


def people(ours, theirs):
    """Return everybody who may knock, by what they are; None is nobody in particular."""
    root = User.objects.create_superuser("platform")
    seats = {
        "viewer": (ours, Role.VIEWER),
        "editor": (ours, Role.EDITOR),
        "operator": (ours, Role.OPERATOR),
        "stranger": (theirs, Role.OPERATOR),
    }
    known = {name: User.objects.create_user(name, is_staff=True) for name in seats}
    for name, (merchant, role) in seats.items():
        Membership.objects.create(user=known[name], merchant=merchant, role=role)
    seatless = User.objects.create_user("seatless", is_staff=True)
    return {"anonymous": None, "seatless": seatless, "platform": root, **known}


def reference_data():
    """Make what belongs to no merchant, and return it by table."""
    root = User.objects.get(username="platform")
    tried = {"user_agent": "x", "ip_address": "192.0.2.1", "username": "zz", "http_accept": "x"}
    rare = {"get_data": "", "post_data": "", "failures_since_start": 1}
    carrier = Carrier.objects.order_by("pk").first()
    return {
        "shipments.carrier": carrier
        or Carrier.objects.create(name="Carrier", code="carrier", number=9),
        "mails.blocked": Blocked.objects.create(digest="0" * 64, reason="bounced", since=NOW),
        "shipments.unknownword": UnknownWord.objects.create(
            source="acs", word="XJ", times=3, last_seen_at=NOW
        ),
        "providers.tally": Tally.objects.create(kind="acs", outcome="news", count=1),
        "auth.user": root,
        "desk.membership": Membership.objects.first(),
        "axes.accessattempt": AccessAttempt.objects.create(**tried, **rare),
        "axes.accesslog": AccessLog.objects.create(**tried),
        "axes.accessfailurelog": AccessFailureLog.objects.create(**tried),
        "otp_totp.totpdevice": TOTPDevice.objects.create(user=root, confirmed=False),
        "otp_static.staticdevice": StaticDevice.objects.create(user=root, confirmed=False),
    }
