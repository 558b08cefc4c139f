"""How tracking numbers compare."""


def fold_number(number: str) -> str:
    """Return a tracking number without spaces and dashes, in capitals: how numbers compare."""
    return "".join(number.split()).replace("-", "").upper()
