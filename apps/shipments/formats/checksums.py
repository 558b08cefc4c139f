"""Check digits: how carriers prove that a number was not mistyped."""

from collections.abc import Callable, Iterable
from itertools import cycle

from msgspec import Struct

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Checksum(Struct, frozen=True):
    """Which rule a format's check digit follows, with that rule's constants."""

    name: str
    evens_multiplier: int = 1
    odds_multiplier: int = 1
    reverse: bool = False
    weightings: tuple[int, ...] = ()
    modulo1: int = 1
    modulo2: int = 1


def holds(rule: Checksum, serial: str, check: str) -> bool:
    """Tell whether the check digit is right; both in digits and capitals, of any length."""
    return check == RULES[rule.name](rule, serial)


def _mod7(rule: Checksum, serial: str) -> str:
    return str(int(serial) % 7)


def _mod10(rule: Checksum, serial: str) -> str:
    """Letters count as their ASCII code less 3 (UPS)."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in serial]
    factors = cycle((rule.evens_multiplier, rule.odds_multiplier))
    ordered = reversed(values) if rule.reverse else values
    return str(-_product(ordered, factors) % 10)


def _s10(rule: Checksum, serial: str) -> str:
    """UPU S10: what is missing to eleven, where ten is written 0 and eleven 5."""
    missing = 11 - _product(map(int, serial), S10_WEIGHTS) % 11
    return {10: "0", 11: "5"}.get(missing, str(missing))


def _luhn(rule: Checksum, serial: str) -> str:
    digits = [int(digit) for digit in reversed(serial)]
    doubled = [2 * digit for digit in digits[::2]]
    return str(-sum(digits[1::2], sum(sum(divmod(value, 10)) for value in doubled)) % 10)


def _mod_37_36(rule: Checksum, serial: str) -> str:
    """ISO 7064 with letters, as DPD uses it."""
    rest = 36
    for character in serial:
        rest = (rest + LETTERS_AND_DIGITS.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return LETTERS_AND_DIGITS[(37 - rest) % 36]


def _weighted(rule: Checksum, serial: str) -> str:
    return str(_product(map(int, serial), rule.weightings) % rule.modulo1 % rule.modulo2)


def _product(values: Iterable[int], factors: Iterable[int]) -> int:
    return sum(value * factor for value, factor in zip(values, factors, strict=False))


RULES: dict[str, Callable[[Checksum, str], str]] = {
    "mod7": _mod7,
    "mod10": _mod10,
    "s10": _s10,
    "luhn": _luhn,
    "mod_37_36": _mod_37_36,
    "sum_product_with_weightings_and_modulo": _weighted,
}
