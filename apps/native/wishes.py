"""Who is to get mail about a shipment: what a shop asked for, judged before it is taken."""

from django.conf import settings

from apps.branding import looks
from apps.dialects.native_reading import MailWish
from apps.mails import topics
from apps.mails.addresses import check_email
from apps.shipments.models import Merchant
from apps.shipments.reports import Fault


def faults_of(path: str, wish: MailWish) -> tuple[Fault, ...]:
    """Return what is wrong with a wish that stands at a path of a body."""
    faults = []
    for field, check in (("email", check_email), ("topics", topics.check)):
        try:
            check(getattr(wish, field))
        except ValueError as error:
            faults.append(Fault(f"{path}.{field}", str(error)))
    codes = [code for code, _name in settings.LANGUAGES]
    if wish.language and wish.language not in codes:
        faults.append(Fault(f"{path}.language", f"Name one of: {', '.join(codes)}."))
    return tuple(faults)


def usual_language(merchant: Merchant, channel: str, country: str) -> str:
    """Return the language of the brand that a parcel shows, which is asked for once a second."""
    look = looks.look_for_parcel(merchant.slug, merchant.name, channel, country)
    return look.language or settings.LANGUAGE_CODE
