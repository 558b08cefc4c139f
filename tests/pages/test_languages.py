from django.utils import translation

from apps.pages.languages import gettext, per_language


def test_words_follow_the_language():
    with translation.override("de"):
        german = gettext("January")
    with translation.override("fr"):
        french = gettext("January")

    assert (german, french) == ("Januar", "janvier")


def test_an_answer_is_worked_out_once_for_each_language():
    asked = []

    @per_language
    def words(code):
        asked.append((translation.get_language(), code))
        return code.upper()

    for language in ("de", "fr", "de"):
        with translation.override(language):
            assert words("a") == "A"

    assert asked == [("de", "a"), ("fr", "a")]
