"""Ends a provider's own following of a parcel. Unheard, it does no harm: its pushes are taken."""

import logging

from django.utils import timezone

from apps.outbound.encryption import Unreadable
from apps.outbound.messages import Unreachable
from apps.providers import tokens
from apps.providers.asking import Ask
from apps.providers.fetching import call
from apps.providers.gates import gate_to
from apps.providers.models import Ending, Watch

log = logging.getLogger(__name__)


def say(watch_id: int) -> None:
    """Send the farewell of a watch that ended because nobody wanted it any more."""
    watches = Watch.objects.select_related("account")
    watch = watches.filter(pk=watch_id, ended=Ending.UNWANTED, is_enrolled=True).first()
    if watch is None:
        return
    account = watch.account
    ask = Ask(watch.name, watch.carrier_code, remote=watch.remote)
    request = account.client.farewell(ask, account.options)
    if request is None:
        return
    gate = gate_to(account.kind)
    try:
        token = tokens.token_for(account, gate, timezone.now)
        gate.send(call(account, request, token))
    except (Unreachable, Unreadable, tokens.NoToken) as error:
        log.info("no farewell from account %s: %s", account.pk, error)
        return
    Watch.objects.filter(pk=watch_id).update(is_enrolled=False)
