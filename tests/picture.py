"""Takes the README's picture: `python -m tests.picture` writes docs/picture.jpg.

A phone with a parcel's page beside a shop's page that has a parcel in its frame, both from
the demo's data, served by the demo's processes.
"""

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from run import ROOT, free_port
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.house import House, house

FILE = ROOT / "docs" / "picture.jpg"
STAGE = """
<!doctype html><title>Picture</title><style>
body { margin: 0; width: 1280px; height: 800px; background: linear-gradient(135deg, #e9edf8, #f7f1e6) }
img { position: absolute; display: block; box-shadow: 0 20px 60px rgb(16 24 48 / .22) }
.phone { top: 40px; left: 70px; width: 340px; border: 9px solid #171b26; border-radius: 42px }
.shop { top: 40px; left: 490px; width: 740px; border-radius: 14px }
</style><img class="phone" src="%s"><img class="shop" src="%s">
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as home:
        pages = json.loads(home.manage("demo", "--describe"))["pages"]
        port = free_port(8320)
        home.manage("demo_brand", "--shop", f"http://localhost:{port}")
        words = ["demo_shop", "-v", "0", "--port", str(port), "--site", home.url]
        command = [sys.executable, "manage.py", *words]
        shop = subprocess.Popen(command, cwd=ROOT, env=home.env)  # noqa: S603  our own
        try:
            take(home, f"http://localhost:{port}/?t=", pages)
        finally:
            shop.kill()
            shop.wait()


def take(home: House, shop: str, pages: dict[str, str]) -> None:
    token = pages["two carriers"].strip("/").split("/")[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        phone = shot(browser, home.url + pages["out for delivery"], 360, 770)
        frame = shot(browser, shop + token, 740, 720)
        stage = browser.new_page(viewport={"width": 1280, "height": 800})
        stage.set_content(STAGE % (phone, frame))
        stage.screenshot(path=FILE, type="jpeg", quality=82)
        browser.close()


def shot(browser: Browser, url: str, width: int, height: int) -> str:
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(1500)
    return "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()


if __name__ == "__main__":
    main()
