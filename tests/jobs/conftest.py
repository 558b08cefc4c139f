import pytest

from tests.jobs import workers


@pytest.fixture(params=workers.ENGINES)
def place(request, tmp_path, settings):
    """An engine with a queue of its own; what the test queues goes there."""
    one = workers.place(request.param, tmp_path)
    settings.TASKS = one.tasks()
    yield one
    workers.clear_away(one)
