"""A person at a real browser: reads a page, fills it in, goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Response

from tests.flow import Typed, typed_for
from tests.walker import Walker

STORIES = Path(__file__).parent.parent / "scenarios"
LONGEST_WALK = 60


class Person:
    """Walks through the site with the facts of a story and notes whatever goes wrong."""

    def __init__(self, page: Page, site: str, *, audit: bool = False) -> None:
        self.page = page
        self.site = site
        self.axe = Axe() if audit else None
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda entry: self._note_console(entry.type, entry.text))
        page.on("response", self._note_response)

    def walk(self, facts: dict[str, Any]) -> UUID:
        """From the start page to the plan; returns the case."""
        typed = typed_for(facts)
        self.page.goto(f"{self.site}/start/")
        self.look()
        self.page.get_by_role("button", name="开始").click()
        for _page in range(LONGEST_WALK):
            step = self.step
            self.look()
            if step == "check":
                break
            self.fill(typed[step])
            # A notice's button says more than 继续.
            self.page.locator(".buttons button[value=next]").click()
        self.page.get_by_role("button", name="生成我的方案").click()
        self.look()
        return UUID(urlsplit(self.page.url).path.split("/")[2])

    def arrive(self, facts: dict[str, Any], *, at: str = "plan") -> UUID:
        """At the plan or a step at once, for whom the way there is no matter; returns the case."""
        walker = Walker(Client())
        if at == "plan":
            walker.answer(facts)
            walker.submit()
        else:
            walker.answer(facts, until=at)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": walker.client.cookies[name].value, "url": self.site}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        where = reverse("plan", args=[walker.case_id]) if at == "plan" else walker.url(at)
        self.page.goto(f"{self.site}{where}")
        self.look()
        return walker.case_id

    @property
    def step(self) -> str:
        """The last part of the address."""
        return urlsplit(self.page.url).path.rstrip("/").rpartition("/")[2]

    def fill(self, typed: Typed) -> None:
        """Type and tick what the story says, as far as this page asks; ticked boxes stay so."""
        for name, values in typed.items():
            for value in values:
                self._answer(name, value)

    def look(self) -> None:
        """What must hold on every page: it fits the screen and names itself."""
        self.page.wait_for_load_state()
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if (over := self.page.evaluate(too_wide)) > 0:
            self.faults.append(f"{self.page.url} is {over} px too wide")
        if self.page.locator("h1").count() != 1 or not self.page.title():
            self.faults.append(f"{self.page.url} does not name itself once")
        if self.axe:
            self._audit(self.axe)

    def _audit(self, axe: Axe) -> None:
        for found in axe.run(self.page).response["violations"]:
            nodes = [node["html"] for node in found["nodes"]]
            self.faults.append(f"{self.page.url}: {found['id']} at {nodes[:2]}")

    def _answer(self, name: str, value: str) -> None:
        field = self.page.locator(f'[name="{name}"]')
        if not field.count() or not value:
            return
        if field.first.get_attribute("type") == "hidden":
            self._add(name, int(value))
        elif field.first.get_attribute("type") in ("radio", "checkbox"):
            one = self.page.locator(f'[name="{name}"][value="{value}"]')
            self._tick(one if one.count() else field)
        else:
            field.fill(value)

    def _add(self, name: str, count: int) -> None:
        """Press 再添加一个 until the page asks for as many as are wanted."""
        while int(self.page.locator(f'[name="{name}"]').input_value()) < count:
            self.page.locator(f'button[value="add:{name.removesuffix("-count")}"]').click()

    def _tick(self, box: Locator) -> None:
        if not box.is_checked():
            self.page.locator(f'label[for="{box.get_attribute("id")}"]').click()

    def _note_console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(f"console: {text}")

    def _note_response(self, response: Response) -> None:
        if urlsplit(response.url).netloc != urlsplit(self.site).netloc:
            if not response.url.startswith("data:"):
                self.faults.append(f"asked a stranger: {response.url}")
        elif response.status >= 400:
            self.faults.append(f"{response.status} at {response.url}")


def story(name: str) -> dict[str, Any]:
    """A shared scenario, as it lives on among ours."""
    table: dict[str, Any] = json.loads((STORIES / f"shared_{name}.json").read_text("utf-8"))
    return table
