import os
import shlex
import signal
import socket
import subprocess
import sys

import pytest

import run

FACTS = {
    "admin": {"url": "/admin/", "username": "demo", "password": "letters"},
    "keys": {"merchant": "key-1", "carrier": "key-2"},
    "shipments": {
        "sorted_v2": "sp_1",
        "sorted_v1": "EC-1",
        "shiplemon": "sp_2",
        "shipstation": {"carrier_code": "usps", "tracking_number": "94 05'&"},
    },
    "pages": {"delivered": "/t/abc"},
}


@pytest.fixture
def signals_restored():
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in caught}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def python(code):
    return [sys.executable, "-c", code]


def sleeper():
    return run.Child("Sleeper", python("import time; time.sleep(60)"), run.environment())


def short_lived():
    return run.Child("Mayfly", python("pass"), run.environment())


def die(child, *, now):
    child.tend(now - 0.5)
    child.process.wait()
    child.tend(now)


def test_a_changed_pin_asks_for_a_new_installation(tmp_path):
    pins = tmp_path / "runtime.txt"
    pins.write_text("django==5.2.1")
    before = run.digest([pins])

    pins.write_text("django==5.2.2")

    assert run.digest([pins]) != before


def test_a_renamed_file_is_not_the_same(tmp_path):
    style, other = tmp_path / "style.css", tmp_path / "other.css"
    style.touch()
    other.touch()

    assert run.digest([style]) != run.digest([other])


def test_each_set_holds_the_one_before():
    assert set(run.SETS["runtime"]) < set(run.SETS["scale"]) < set(run.SETS["dev"])


def test_children_do_not_see_another_pythons_folders(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")

    seen = run.environment(PORT="8000")

    assert "PYTHONPATH" not in seen
    assert seen["PORT"] == "8000"


def test_a_relative_var_dir_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR_DIR", "mine")

    assert run.var_dir("demo") == str(tmp_path / "mine")


def test_the_demo_keeps_to_a_folder_of_its_own(monkeypatch):
    monkeypatch.delenv("VAR_DIR", raising=False)

    assert run.var_dir("demo") == str(run.ROOT / "var" / "demo")


@pytest.mark.parametrize("text", ["", "eighty", "0", "65536", "-1", "８０８０"])
def test_a_port_that_cannot_be_one_is_refused(text):
    with pytest.raises(run.Stop, match="PORT must be a number"):
        run.chosen_port(text)


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(run.Stop, match=f"Port {port} cannot be used"):
            run.chosen_port(str(port))


def test_a_free_port_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    assert run.chosen_port(str(port)) == port


def test_a_port_in_use_is_passed_over():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        assert run.free_port(taken) not in {taken, 0}


def test_the_last_port_has_no_next_one():
    assert 0 < run.free_port(65536) < 65536


def test_the_demo_never_touches_a_real_database_or_queue(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://host/real")
    monkeypatch.setenv("JOBS_URL", "redis://host/0")

    seen = run.demo_environment("/data", 8000, 8001)

    assert {"DATABASE_URL", "JOBS_URL"} & set(seen) == set()


def test_the_demos_mail_is_printed_and_reaches_nobody(monkeypatch):
    monkeypatch.setenv("MAIL_PROVIDER", "postmark")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")

    seen = run.demo_environment("/data", 8000, 8001)

    assert "MAIL_PROVIDER" not in seen
    assert seen["EMAIL_URL"] == "consolemail://"
    assert seen["PUBLIC_URL"] == "http://127.0.0.1:8000"


def test_the_demo_asks_a_carrier_on_this_machine():
    seen = run.demo_environment("/data", 8000, 8001)
    children = {child.name: child for child in run.demo_children(8000, 8001, 8002, seen)}

    names = ["The web server", "The carrier sandbox", "The shop", "The worker"]
    assert list(children) == names
    assert children["The carrier sandbox"].command[-4:-2] == ["--port", "8001"]
    assert seen["SANDBOX_URL"] == "http://127.0.0.1:8001"
    assert all(child.env == seen for child in children.values())


def test_the_demos_shop_is_on_another_site_and_frames_a_parcel():
    seen = run.demo_environment("/data", 8000, 8001)
    (shop,) = (c for c in run.demo_children(8000, 8001, 8002, seen) if c.name == "The shop")

    pages = run.with_shop({"delivered": "/t/abc/"}, run.shop_address(8002))

    assert shop.command[-4:] == ["--port", "8002", "--site", "http://127.0.0.1:8000"]
    assert pages == {
        "delivered": "/t/abc/",
        "in a shop's page": "http://localhost:8002/?t=abc",
    }
    text = run.welcome(FACTS | {"pages": pages}, "http://127.0.0.1:8000", "/data")
    assert "  http://localhost:8002/?t=abc\n" in text


def test_a_command_that_fails_stops_with_its_last_words(capfd):
    with pytest.raises(run.Stop, match="Trying: failed.\nno such luck"):
        run.phase("Trying", python("raise SystemExit('no such luck')"))


def test_a_command_that_works_returns_what_it_printed(capfd):
    assert run.phase("Trying", python("print('here')")) == "here\n"


def test_pauses_grow_up_to_the_longest():
    pauses = [run.pause_after(deaths) for deaths in range(1, 9)]

    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] == run.PAUSES[-1]


def test_a_dead_child_is_started_again_after_its_pause(capfd):
    child = short_lived()
    die(child, now=100)

    child.tend(100 + run.pause_after(1) - 0.1)
    early = child.process
    child.tend(100 + run.pause_after(1))

    assert early is None
    assert child.process is not None
    assert "Mayfly ended (0)" in capfd.readouterr().out
    run.end([child.process])


def test_a_child_that_keeps_dying_waits_longer(capfd):
    child = short_lived()

    die(child, now=100)
    die(child, now=200)

    assert child.again_at == 200 + run.pause_after(2)


def test_a_child_that_lived_long_starts_over(capfd):
    child = short_lived()
    die(child, now=100)
    child.tend(200)
    child.process.wait()

    child.tend(200 + run.STEADY_SECONDS)

    assert child.deaths == 1


def test_what_a_process_started_ends_with_it():
    code = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    family = [*python(code), *python("import time; print('up', flush=True); time.sleep(60)")]
    process = run.start(family, run.environment(), stdout=subprocess.PIPE)
    process.stdout.readline()

    run.end([process])

    # The pipe ends only when the grandchild is gone too.
    assert process.communicate(timeout=10) == (b"", None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_children_and_is_no_failure(number, signals_restored, capfd):
    child = sleeper()
    supervisor = run.Supervisor([child])

    code = supervisor.run(
        is_ready=lambda: os.kill(os.getpid(), number) is None, welcome="It is up."
    )

    assert code == 0
    assert child.process.poll() is not None
    assert "It is up." in capfd.readouterr().out


def test_the_welcome_names_the_pages_and_the_staff_login():
    text = run.welcome(FACTS, "http://127.0.0.1:8000", "/data")

    assert "http://127.0.0.1:8000/t/abc" in text
    assert "http://127.0.0.1:8000/admin/  demo / letters" in text


def test_the_welcome_has_a_call_for_each_api_that_a_shell_understands():
    calls = [shlex.split(line.split("  ")[-1]) for line in run.sample_calls(FACTS, "http://host")]

    assert [call[-1] for call in calls] == [
        "http://host/api/shipments",
        "http://host/pro/tracking/sp_1",
        "http://host/tracking/EC-1",
        "http://host/v1/tracking?carrier_code=usps&tracking_number=94%2005%27%26",
        "http://host/public/v1/shipments/sp_2/tracking",
    ]
    assert [call[2] for call in calls[:2]] == ["Authorization: Bearer key-1", "x-api-key: key-1"]
    assert all(call[2].endswith(" key-1") for call in calls)


def test_arguments_go_to_pytest():
    names, extra = run.chosen(["-k", "label", "-x"])

    assert names == list(run.checks())
    assert extra == ["-k", "label", "-x"]


def test_one_check_can_be_chosen():
    assert run.chosen(["--only", "pytest", "-x"]) == (["pytest"], ["-x"])


@pytest.mark.parametrize("arguments", [["--only"], ["--only", "everything"]])
def test_an_unknown_check_is_answered_with_their_names(arguments):
    with pytest.raises(run.Stop, match="format, lint, .*pytest"):
        run.chosen(arguments)


def test_a_database_that_does_not_answer_is_noticed(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"postgres://postgres@127.0.0.1:{port}/postgres")

    assert not run.database_answers()


def test_a_server_that_answers_is_noticed():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        assert run.listens(*server.getsockname())


@pytest.mark.parametrize("url", ["", "sqlite:////data/a.sqlite3", "postgres://%2Frun/postgres"])
def test_a_file_or_a_socket_is_not_asked_over_the_network(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)

    assert run.database_answers()


LACKING = run.Need("Chromium", "chromium", "tests/browser", lambda: False)


@pytest.mark.parametrize(("is_ci", "code"), [("true", 1), ("", 0)])
def test_what_a_machine_lacks_fails_only_where_all_must_run(is_ci, code, monkeypatch, capsys):
    monkeypatch.setenv("CI", is_ci)

    assert run.report(["pytest"], [], [LACKING]) == code
    assert "Debian package chromium" in capsys.readouterr().out


def test_a_failed_check_fails_the_run(capsys):
    assert run.report(["lint", "pytest"], ["lint"], []) == 1
    assert "Failed: lint" in capsys.readouterr().out


def test_an_unknown_command_is_answered_with_the_known_ones(capsys):
    assert run.main(["fly"]) == 2
    assert "run.py demo" in capsys.readouterr().out
