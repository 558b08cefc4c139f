"""`python -m tests.mails.looks FOLDER`: every kind of mail as a file, and as browsers show it.

Phones and desks, light and dark, in English, German and Arabic. To be looked at by people.
"""

import os
import sys
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS, SCHEMES, LANGUAGES = (360, 600), ("light", "dark"), ("en", "de", "ar")


def written(folder):
    """Write each mail as HTML and text; return the pages by their names."""
    from django.conf import settings

    from tests.mails.writers import each_mail

    # Static files by their own names, as tests have them.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    pages = {}
    for language in LANGUAGES:
        for name, mail in each_mail(language):
            pages[f"{name}-{language}"] = folder / f"{name}-{language}.html"
            pages[f"{name}-{language}"].write_text(mail.html, "utf-8")
            (folder / f"{name}-{language}.txt").write_text(mail.text, "utf-8")
    return pages


def photographed(pages, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in WIDTHS:
            for scheme in SCHEMES:
                size = {"width": width, "height": 600}
                page = browser.new_page(viewport=size, color_scheme=scheme)
                for name, file in pages.items():
                    page.goto(file.as_uri())
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                page.close()
        browser.close()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    photographed(written(folder), folder)
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_site.settings")
    os.environ.setdefault("PUBLIC_URL", "https://parcels.example")
    django.setup()
    main(Path(sys.argv[1]))
