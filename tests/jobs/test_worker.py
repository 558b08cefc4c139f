"""`manage.py worker` refuses in one sentence what it cannot do."""

import os
import socket
import subprocess
import sys

import pytest

from run import ROOT


@pytest.fixture
def closed_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "server"),
    [("redis://:word@127.0.0.1:{}/0", "Redis"), ("amqp://me:word@127.0.0.1:{}//", "RabbitMQ")],
)
def test_a_server_that_does_not_answer_is_named(url, server, closed_port, tmp_path):
    env = os.environ | {"JOBS_URL": url.format(closed_port), "VAR_DIR": str(tmp_path)}
    env["DJANGO_SETTINGS_MODULE"] = "tracking_site.settings"

    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "worker"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"The {server} of JOBS_URL does not answer" in ended.stderr
    assert "word" not in ended.stderr
