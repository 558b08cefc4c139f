import pytest

from apps.providers import gates
from tests.replay import Replay


@pytest.fixture
def carrier(settings):
    """A provider on this machine, which the gate is allowed to call."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    gates.close()
    replay = Replay()
    yield replay
    gates.close()
    replay.stop()
