"""A member of staff at a real browser, who looks at each page of the desk closely."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.desk import PASSWORD

# Each size in one of the two schemes: axe is slow, and neither changes what is on the page.
LOOKS: tuple[Any, ...] = (
    ("light", {"width": 1280, "height": 800}),
    ("dark", {"width": 768, "height": 1024}),
)
# Otherwise axe itself loads style sheets in ways that the policy forbids.
QUIET = {"preload": False, "resultTypes": ["violations"]}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """Looks at each page wide in light and narrow in dark, and notes what the console says."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.said: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def look(self) -> None:
        """Nothing that axe calls serious, and no scrolling sideways."""
        for scheme, size in LOOKS:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            assert self.page.evaluate(TOO_WIDE) <= 0, self.page.url
            # Links of Django's admin fade from one colour to the other.
            self.page.wait_for_timeout(300)
            found = Axe().run(self.page, options=QUIET).response["violations"]
            grave = [
                (each["id"], [node["html"] for node in each["nodes"]])
                for each in found
                if each["impact"] in ("serious", "critical")
            ]
            assert grave == [], (self.page.url, scheme)

    def password(self, name: str) -> None:
        """Sign in as far as the password goes."""
        self.page.goto(f"{self.site}/desk/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("[type=submit]")
