"""Takes the pictures of README and docs: one story walked in a real browser.

usage: make screenshots       writes docs/images/*.png
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
ADDRESS, PORT = "127.0.0.1", 8917
DAY = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STORY = "number_reserved_cannot_revoke"
SHOWN = {"start": "/start/", "question": "/payee/", "stage": "/stage/", "channels": "/channels/"}
WIDTHS = {"phone": 360, "desktop": 1280}


def main() -> None:
    """Walk once for each width, with a database of its own, and take the pictures on the way."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/screenshots.sqlite3",
            "DEVELOPMENT": "1",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
            "DJANGO_SETTINGS_MODULE": "refundwizard.settings",
        }
        _serve()
        _photograph()


def _serve() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from waitress import create_server

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    # The static files are looked up once, when the application is made.
    from refundwizard.wsgi import application

    server = create_server(application, host=ADDRESS, port=PORT)
    threading.Thread(target=server.run, daemon=True).start()


def _photograph() -> None:
    import time_machine
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, time_machine.travel(DAY, tick=True):
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        for name, width in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": 800})
            _walk(page, name)
        browser.close()


def _walk(page: object, name: str) -> None:
    from playwright.sync_api import Page

    from tests.browser.person import Person, story

    class Photographer(Person):
        """Takes a picture of the pages worth showing."""

        def look(self) -> None:
            super().look()
            for title, ending in SHOWN.items():
                if self.page.url.endswith(ending):
                    self.page.screenshot(path=IMAGES / f"{title}-{name}.png")

    if isinstance(page, Page):
        person = Photographer(page, f"http://{ADDRESS}:{PORT}")
        person.walk(story(STORY)["facts"])
        page.screenshot(path=IMAGES / f"plan-{name}.png")


if __name__ == "__main__":
    main()
