"""Every page of the desk that a link leads to, seen in a real browser over invented cases."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from django.utils import timezone
from playwright.sync_api import Page

from cases.demonstration.filling import fill
from tests.browser.visitor import QUIET, TOO_WIDE, Visitor
from tests.desk import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRAVE = ("serious", "critical")
# The pages there are at least; fewer would mean that the way to some is lost.
FEWEST = 30


def kind_of(address: str) -> str | None:
    """Which page an address leads to; one look at each kind is enough. None beyond the desk."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return found.view_name if found.namespace == "admin" else None


def links(page: Page) -> list[str]:
    """Where the links of a page lead, files to keep left out."""
    found: list[str] = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(each => each.href)"
    )
    # A picture by itself is a page of the browser's; our policy refuses its styles, and it says so.
    pages = [link for link in found if "/exhibits/" not in link]
    return [link for link in pages if not link.endswith((".pdf", "/file/"))]


def faults(page: Page) -> list[Any]:
    """What axe calls serious, and scrolling sideways on a tablet held upright."""
    page.set_viewport_size({"width": 1280, "height": 800})
    violations = Axe().run(page, options=QUIET).response["violations"]
    grave = [
        (page.url, each["id"], [node["html"] for node in each["nodes"]])
        for each in violations
        if each["impact"] in GRAVE
    ]
    page.set_viewport_size({"width": 768, "height": 1024})
    return [*grave, *([(page.url, "too wide")] if page.evaluate(TOO_WIDE) > 0 else [])]


def test_every_page_is_clean(page: Page, live_server: Any) -> None:
    member("administrator", "senior", "auditor", name="wu")
    fill(12, until=timezone.now(), say=lambda line: None)
    visitor = Visitor(page, live_server.url)
    visitor.password("wu")
    everything = f"{live_server.url}/desk/cases/case/?assignee=all&status=all"
    waiting, seen, found = [f"{live_server.url}/desk/", everything], set[str](), list[Any]()
    while waiting:
        address = waiting.pop()
        kind = kind_of(address)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(address)
        if answer and "text/html" in answer.headers.get("content-type", ""):
            assert answer.status == 200, address
            found += faults(page)
            waiting += links(page)
    assert found == []
    assert visitor.said == []
    assert len(seen) >= FEWEST, sorted(seen)
