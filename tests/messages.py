"""`python3 run.py messages [LANGUAGE …]`: keep the catalogues in step with our words.

The words are those that customers see. Staff and APIs are spoken to in English, so what only
they meet is not collected. Catalogues are in locale/<language>/LC_MESSAGES: django.po is
written by hand, django.mo is made from it and is what runs.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import django
import polib
from django.utils import dates
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"

CODE = (
    "apps/shipments/status.py",
    "apps/pages/**/*.py",
    "apps/mails/**/*.py",
    "apps/branding/theme.py",
)
TEMPLATES = ("templates/*.html", "templates/pages/**/*.html", "templates/mails/**/*.html")
FOR_STAFF = (
    "apps/mails/admin.py",
    "apps/mails/models.py",
    "apps/pages/admin.py",
    "apps/pages/models.py",
)

# What stands for the words: gettext itself, under any of the names we give it.
NAMES = re.compile(r"(_|[np]?gettext)(_lazy|_noop)?")
TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# A call among what Django makes of a template, in which all else is blotted out.
CALL = re.compile(rf"(?:_|[np]?gettext)\((?:{TEXT},?\s*)+(?:count)?\)")


class Message(NamedTuple):
    text: str
    plural: str = ""
    context: str | None = None


def languages() -> list[str]:
    return sorted(folder.name for folder in LOCALE.iterdir())


def found() -> list[Message]:
    """Return every message once, in the order of the files."""
    messages: dict[tuple[str | None, str], Message] = {}
    ours = [*in_files(CODE, in_code), *in_files(TEMPLATES, in_template)]
    for message in [*ours, *names_of_days_and_months()]:
        key = message.context, message.text
        if key not in messages or message.plural:
            messages[key] = message
    return list(messages.values())


def in_files(patterns: Iterable[str], read) -> Iterator[Message]:
    files = {file for pattern in patterns for file in ROOT.glob(pattern)}
    for file in sorted(files - {ROOT / name for name in FOR_STAFF}):
        yield from read(file.read_text("utf-8"))


def in_code(source: str) -> Iterator[Message]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if name := NAMES.fullmatch(called(call.func)):
            yield from message_of(name[1], call)


def called(function: ast.expr) -> str:
    return getattr(function, "id", "") or getattr(function, "attr", "")


def message_of(kind: str, call: ast.Call) -> Iterator[Message]:
    wanted = 2 if kind in ("ngettext", "pgettext") else 1
    words = [node.value for node in call.args[:wanted] if isinstance(node, ast.Constant)]
    if len(words) < wanted:
        return  # looked up by a variable, whose words gettext_noop marks elsewhere
    if kind == "pgettext":
        yield Message(words[1], context=words[0])
    else:
        yield Message(*words)


def in_template(source: str) -> Iterator[Message]:
    for call in CALL.findall(templatize(source)):
        yield from in_code(call)


def names_of_days_and_months() -> Iterator[Message]:
    """Yield names that Django has in some languages in a form that fits no sentence."""
    source = Path(dates.__file__).read_text("utf-8")
    return (message for message in in_code(source) if message.context is None)


def file_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES/django.po"


def refresh(language: str) -> None:
    """Rewrite a catalogue: new words are added empty, words no longer used are dropped."""
    file = file_of(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    before = polib.pofile(str(file)) if file.exists() else polib.POFile()
    after = polib.POFile(wrapwidth=0)
    after.metadata = header(language)
    after.extend(entry(message, before, forms(after)) for message in found())
    after.save(str(file))
    file.with_suffix(".mo").write_bytes(after.to_binary())
    empty = len(after.untranslated_entries())
    sys.stdout.write(f"{language}: {len(after)} messages, {empty} to translate\n")


def header(language: str) -> dict[str, str]:
    """Return a catalogue's header: no dates, and the plural forms that Django has."""
    own = Path(django.__file__).parent / f"conf/locale/{language}/LC_MESSAGES/django.po"
    return {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": polib.pofile(str(own)).metadata["Plural-Forms"],
    }


def forms(catalogue: polib.POFile) -> int:
    return int(re.search(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])[1])


def entry(message: Message, before: polib.POFile, number: int) -> polib.POEntry:
    known = before.find(message.text, msgctxt=message.context)
    made = polib.POEntry(msgid=message.text, msgctxt=message.context)
    if not message.plural:
        made.msgstr = known.msgstr if known else ""
        return made
    old = known.msgstr_plural if known else {}
    made.msgid_plural = message.plural
    made.msgstr_plural = {form: old.get(form, "") for form in range(number)}
    return made


if __name__ == "__main__":
    for name in sys.argv[1:] or languages():
        refresh(name)
