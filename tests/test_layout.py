"""The project's outside: what lies where, what is pinned, what the README promises."""

import ast
import os
import re
import statistics

import pytest

from run import ROOT, SETS
from tests.law import ROOMS

TOP = (
    ".ci/run",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "apps",
    "locale",
    "manage.py",
    "pyproject.toml",
    "requirements",
    "run.py",
    "static",
    "templates",
    "tests",
    "tracking_site",
)
NEEDED = ("django", "djangorestframework", "granian", "msgspec", "psycopg", "whitenoise")

# The aims are 8 and 25 lines a function, 40 at most, and 300 a file.
MEDIAN_FUNCTION, LONG_FUNCTION, LONGEST_FUNCTION = 10, 25, 60
LONGEST_FILE = 400

README = (ROOT / "README.md").read_text()
HOSTING = (ROOT / "docs/hosting.md").read_text()
SOURCES = [path for path in sorted((ROOT / "apps").rglob("*.py")) if "migrations" not in path.parts]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def name_of(path):
    return str(path.relative_to(ROOT))


def section(title, text=README):
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def fenced(text):
    return [block.strip() for block in re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)]


def function_lengths():
    return sorted(
        node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("name", TOP)
def test_the_top_level_has_its_parts(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", [".ci/run", "run.py"])
def test_what_is_run_by_hand_is_executable(name):
    assert os.access(ROOT / name, os.X_OK)


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_site_needs_is_pinned(name):
    assert re.search(rf"^{name}==\d", SETS["runtime"][0].read_text(), re.M)


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_every_package_is_pinned_and_hashed(path):
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", path.read_text()).strip())

    assert [e for e in entries if "==" not in e or "--hash=sha256:" not in e] == []


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_no_requirement_names_an_address(path):
    options = re.findall(r"(?m)^.*(?:://|index|find-links|trusted-host).*$", path.read_text())

    assert options == []


def test_the_development_set_pins_the_same_versions():
    pins = [dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", path.read_text())) for path in LOCKS]

    clashes = {name for one in pins for other in pins for name in one if differs(one, other, name)}

    assert clashes == set()


def differs(one, other, name):
    return other.get(name, one[name]) != one[name]


@pytest.mark.parametrize(("title", "command"), [("Run it", "demo"), ("Test it", "test")])
def test_the_readme_gives_one_command(title, command):
    assert fenced(section(title)) == [f"python3 run.py {command}"]


def test_the_readme_names_every_setting():
    settings = (ROOT / "tracking_site/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))

    assert {name for name in read if f"| `{name}` |" not in section("Settings", HOSTING)} == set()


def test_the_readme_names_no_setting_that_is_not_read():
    settings = (ROOT / "tracking_site/settings.py").read_text()
    named = re.findall(r"^\| `(\w+)` \|", section("Settings", HOSTING), re.M)

    assert [name for name in named if f'"{name}"' not in settings] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_readme_maps_every_room(room):
    assert f"`{room}`" in section("The rooms")


@pytest.mark.parametrize(("name", "lines"), [("README.md", 150), ("CONTRIBUTING.md", 99)])
def test_documents_stay_short(name, lines):
    assert len((ROOT / name).read_text().splitlines()) <= lines


def test_functions_are_short():
    lengths = function_lengths()

    assert statistics.median(lengths) <= MEDIAN_FUNCTION
    assert lengths[int(len(lengths) * 0.9)] <= LONG_FUNCTION
    assert lengths[-1] <= LONGEST_FUNCTION


def test_files_are_short():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in SOURCES}

    assert {name for name, lines in lengths.items() if lines > LONGEST_FILE} == set()
