"""Outside JSON in: bytes to typed records, every failure one kind of refusal."""

import re
from typing import TypeVar

import msgspec

from apps.shipments.reports import Fault

T = TypeVar("T")

_PATH = re.compile(r" - at `(.*)`$")


class Refused(ValueError):
    """A payload that cannot be taken. `is_malformed` tells bad JSON from bad content."""

    def __init__(self, *faults: Fault, is_malformed: bool = False) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.reason}" for fault in faults))
        self.faults = faults
        self.is_malformed = is_malformed


def decode(payload: bytes, shape: type[T]) -> T:
    """Return the payload as `shape`; raise `Refused` with a path such as `$.events[2].code`."""
    try:
        return msgspec.json.decode(payload, type=shape)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PATH.search(text)
        path = found[1] if found else "$"
        raise Refused(Fault(path, _PATH.sub("", text))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(Fault("$", str(error)), is_malformed=True) from error
    except RecursionError as error:
        raise Refused(Fault("$", "JSON is nested too deeply"), is_malformed=True) from error
