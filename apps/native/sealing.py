"""Answers that hold a secret, kept so that only the key that was answered can open them.

We hold a digest of each key, never the key: who reads the table cannot open what is in it.
"""

from base64 import urlsafe_b64encode
from hashlib import blake2b

from cryptography.fernet import Fernet, InvalidToken


class Closed(ValueError):
    """Another key than this one was answered."""


def seal(text: str, letters: str) -> str:
    """Return a text that only the same letters open again."""
    return _fernet(letters).encrypt(text.encode()).decode()


def unseal(sealed: str, letters: str) -> str:
    """Return the text; raise `Closed` when other letters sealed it."""
    try:
        return _fernet(letters).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Closed from error


def _fernet(letters: str) -> Fernet:
    # The letters are random enough to be a key themselves; they only lack its form.
    digest = blake2b(letters.encode(), digest_size=32, person=b"native.answer").digest()
    return Fernet(urlsafe_b64encode(digest))
