"""Mails written of the samples, as they are told at the samples' own time."""

from functools import cache

from django.test import override_settings

from apps.mails.samples import sample_letters
from apps.mails.writing import reader_of, write, write_as
from apps.pages.sample_parts import LOOK, NOW

SITE = "https://parcels.example"


def written(name, language="en", look=LOOK):
    """Return the mail of a sample letter, in the looks of a brand."""
    letter, journey, now, code = sample_letters(NOW, language)[name]
    if name == "paused":
        with override_settings(PUBLIC_URL=SITE):
            return write(letter, None, now)
    return write_as(letter, journey, reader_of(language, look, SITE), now, code)


@cache
def each_mail(language):
    """Return every kind of mail with its name, in the looks of the samples' shop."""
    return tuple((name, written(name, language)) for name in sample_letters(NOW, language))
