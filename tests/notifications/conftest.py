from contextlib import ExitStack

import pytest

from apps.notifications import sending
from tests.notifications.receiving import receiving


@pytest.fixture
def receive(settings):
    """Start receivers on this machine, which the gate is allowed to call."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    sending.close()
    with ExitStack() as receivers:
        yield lambda *answers: receivers.enter_context(receiving(*answers))
    sending.close()
