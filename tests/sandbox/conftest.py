import pytest

from apps.sandbox.server import serve
from tests.sandbox.callers import Caller, Hands


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def sandbox(clock):
    with serve(clock=clock) as server:
        yield server


@pytest.fixture
def caller(sandbox):
    with Caller(sandbox) as one:
        yield one
