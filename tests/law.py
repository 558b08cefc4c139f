"""The law of the house: which room may know which, and who may write what.

Each rule is given one module's source and returns what breaks it. Imports inside functions
count, and so do rooms that are named by a string.
"""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

# Every room, built yet or not, and the rooms it may know.
ROOMS = {
    "shipments": set(),
    "outbound": set(),
    "dialects": {"shipments"},
    "branding": {"shipments", "outbound"},
    "api": {"dialects", "shipments"},
    "providers": {"dialects", "shipments", "outbound"},
    "pages": {"branding", "shipments"},
    "notifications": {"dialects", "shipments", "outbound"},
    "sandbox": {"dialects", "shipments"},
    # A mail is a page that is sent: it shows what pages show.
    "mails": {"branding", "dialects", "notifications", "pages", "shipments"},
    # What a merchant manages by program lies behind several doors.
    "native": {"api", "branding", "dialects", "mails", "notifications", "shipments"},
    # Staff look behind every door; nobody knows of them.
    "desk": {
        "api",
        "branding",
        "dialects",
        "mails",
        "notifications",
        "outbound",
        "pages",
        "providers",
        "shipments",
    },
}
# Of the vault, dialects know values only.
VALUES = {"reports", "journey", "status", "references", "wanted"}
# The carrier to play with breaks connections on purpose, which takes an option of the socket.
BREAKS_CONNECTIONS = {"sandbox/wire.py"}
NETWORK = {"aiohttp", "http.client", "httpx", "requests", "socket", "urllib.request", "urllib3"}
# The mail library tells what became of a mail by a signal, and in no other way.
HEARS_THE_MAIL_LIBRARY = {"mails/tracking.py"}
# What the vault must not know, and the modules that show it to staff in a browser.
OUTSIDE = {
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.views",
    "json",
    "msgspec.json",
    "rest_framework",
}
STAFF = {"shipments/admin.py"}
# Formats of tracking numbers are published as JSON; the module reads them as it reads tables.
READS_ITS_TABLES = {"shipments/recognition.py"}
FRAMEWORKS = {"django", "rest_framework"}
CLOCKS = {"now", "utcnow", "today"}
DRAWERS = {"common", "core", "helpers", "selectors", "services", "utils"}
WRITES = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update"}
WRITES |= {"update_or_create", "_raw_delete"} | {f"a{word}" for word in WRITES}
# Recording is the way in; the other two are its parts.
EVENT_WRITERS = {"shipments/recording.py", "shipments/saving.py", "shipments/merging.py"}
PARTS_OF_RECORDING = {"apps.shipments.saving", "apps.shipments.merging"}
WAYS_TO_WRITE = {"apps.shipments.recording", "apps.shipments.registering"}
LOADERS = {"__import__", "import_module", "import_string"}
EVENT_SQL = re.compile(r"\b(insert\s+into|update|delete\s+from)\s+\S*shipments_event\b", re.I)
ROOM_PATH = re.compile(r"apps(\.\w+)+")


def source(where, text):
    """Return what the rules read of a module: its path under apps/, its tree, its imports."""
    tree = ast.parse(text)
    return SimpleNamespace(
        where=where,
        room=where.split("/")[0],
        module=Path(where).stem,
        tree=tree,
        imports=set(imported(tree)),
    )


def imported(tree):
    """Yield every dotted name a module imports, loads by its path, or asks the registry for."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=0):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            case ast.Constant(value=str(text)) if ROOM_PATH.fullmatch(text):
                yield text
            case ast.Call(func=ast.Attribute(attr="get_model"), args=[ast.Constant(str(text)), *_]):
                yield f"apps.{text.split('.')[0]}.models"
            case ast.Call(
                func=ast.Attribute(attr=name) | ast.Name(name), args=[ast.Constant(str(text)), *_]
            ) if name in LOADERS:
                yield text


def within(name, modules):
    """Tell whether a dotted name is one of the modules or lies in one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def foreign_rooms(one):
    """Yield (room, module) of every import from another room."""
    for name in one.imports:
        parts = name.split(".")
        if parts[0] == "apps" and len(parts) > 1 and parts[1] != one.room:
            yield parts[1], (parts[2] if len(parts) > 2 else "")


def strangers(one):
    return [room for room, _ in foreign_rooms(one) if room not in ROOMS[one.room]]


def front_plan(one):
    return [name for name in one.imports if within(name, {"tracking_site", "tests"})]


def relative(one):
    nodes = (node for node in ast.walk(one.tree) if isinstance(node, ast.ImportFrom))
    return [node.module for node in nodes if node.level]


def signals(one):
    allowed = {"anymail.signals"} if one.where in HEARS_THE_MAIL_LIBRARY else set()
    names = [
        name for name in one.imports if "signals" in name.split(".") and not within(name, allowed)
    ]
    attributes = (node.attr for node in ast.walk(one.tree) if isinstance(node, ast.Attribute))
    dispatch = [name for name in one.imports if within(name, {"django.dispatch"})]
    return [*names, *dispatch, *(name for name in attributes if name == "signals")]


def network(one):
    if one.room == "outbound":
        return []
    allowed = {"socket"} if one.where in BREAKS_CONNECTIONS else set()
    return [name for name in one.imports if within(name, NETWORK - allowed)]


def outside_words(one):
    if one.room != "shipments" or one.where in STAFF | READS_ITS_TABLES:
        return []
    if "/management/" in one.where:
        return []
    return [name for name in one.imports if within(name, OUTSIDE)]


def frameworks(one):
    if one.room != "dialects" or one.module == "apps":
        return []
    return [name for name in one.imports if within(name, FRAMEWORKS)]


def more_than_values(one):
    if one.room != "dialects":
        return []
    return [module for _, module in foreign_rooms(one) if module not in VALUES]


def clocks_and_queries(one):
    if one.room != "dialects":
        return []
    attributes = (node.attr for node in ast.walk(one.tree) if isinstance(node, ast.Attribute))
    names = [name for name in attributes if name in CLOCKS | {"objects"}]
    return [*names, *(name for name in one.imports if within(name, {"time"}))]


def drawers(one):
    return sorted(DRAWERS & {*Path(one.where).with_suffix("").parts})


def side_doors(one):
    """Return imports that write to the vault past recording, or from a room that only reads."""
    if one.where in EVENT_WRITERS:
        return []
    closed = PARTS_OF_RECORDING | (WAYS_TO_WRITE if one.room == "pages" else set())
    return [name for name in one.imports if within(name, closed)]


def event_names(tree):
    """Return the names a module uses for the Event model, its managers and its rows."""
    names = {"Event"} if "class Event(" in ast.unparse(tree) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "apps.shipments.models":
            names |= {alias.asname or alias.name for alias in node.names if alias.name == "Event"}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value) if speaks_of(names, value):
                names.add(name)
            case ast.For(target=ast.Name(name), iter=rows) if speaks_of(names, rows):
                names.add(name)
            case ast.arg(arg=name, annotation=ast.expr() as kind) if speaks_of(names, kind):
                names.add(name)
    return names


def speaks_of(names, node):
    """Tell whether a chain of calls starts at Event, one of its rows or `shipment.events`."""
    match node:
        case ast.Name(name):
            return name in names
        case ast.Attribute(attr="Event" | "events"):
            return True
        case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
            return speaks_of(names, inner)
    return False


def event_writes(one):
    if one.where in EVENT_WRITERS or "/migrations/" in one.where:
        return []
    names = event_names(one.tree)
    return [ast.unparse(node) for node in ast.walk(one.tree) if writes_event(names, node)]


def writes_event(names, node):
    match node:
        case ast.Call(func=ast.Attribute(attr=verb, value=what)):
            return verb in WRITES and speaks_of(names, what)
        case ast.Attribute(attr="db_table", value=what):
            return speaks_of(names, what)
        case ast.Constant(value=str(text)):
            return bool(EVENT_SQL.search(text))
    return False


def mutual(edges):
    return sorted({tuple(sorted(edge)) for edge in edges if edge[::-1] in edges})


def rooms_imported(text):
    """Return what a module outside the rooms imports of them; strings may name them."""
    statements = [
        n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Import | ast.ImportFrom)
    ]
    names = imported(ast.Module(body=statements, type_ignores=[]))
    return [name for name in names if within(name, {"apps"})]


def key_breaches(rows):
    """Yield every relation that goes up, or that shows the room below who is above it."""
    for model in rows:
        room = model._meta.app_label
        for field in model._meta.get_fields(include_hidden=True):
            if not field.is_relation or field.auto_created or not field.related_model:
                continue
            other = field.related_model._meta.app_label
            if room == other or not {room, other} <= set(ROOMS):
                continue
            if other not in ROOMS[room]:
                yield f"{field} goes up to {other}"
            elif not field.remote_field.hidden:
                yield f"{field} needs related_name='+'"


RULES = {
    "knows only the rooms below it": strangers,
    "does not know the front plan": front_plan,
    "imports by full name": relative,
    "has no signals": signals,
    "leaves the network to outbound": network,
    "keeps HTTP, JSON and templates out of the vault": outside_words,
    "keeps frameworks out of dialects": frameworks,
    "gives dialects values only": more_than_values,
    "gives dialects no clock and no query": clocks_and_queries,
    "has no drawers": drawers,
    "writes to the vault through recording": side_doors,
    "writes events in recording only": event_writes,
}
