"""Every page there is, from the tables that make them, and how to get it wrong."""

from __future__ import annotations

import re

from django.test import RequestFactory
from playwright.sync_api import Page

from cases.models import Case
from cases.urls import urlpatterns
from cases.views import faults
from tests.branches import Fork, Stored, forks

ALONE = [route.name for route in urlpatterns if route.name and "<" not in str(route.pattern)]
OF_A_CASE = [
    route.name
    for route in urlpatterns
    if route.name and re.fullmatch("[^<]*<uuid:case>[^<]*/", str(route.pattern))
]
FAULTS = {"400": faults.bad_request, "404": faults.not_found, "500": faults.server_error}

# Longer than any box takes, and neither a number nor a date.
NONSENSE = "写到一半" * 60


def first_forks() -> dict[str, Fork]:
    """Each step in the first state found in which it is asked."""
    return {fork.step.name: fork for fork in reversed(forks())}


def put(case: Case, stored: Stored) -> None:
    """Let the case have these answers, as if they had just been given."""
    case.refresh_from_db()
    case.answers, case.version = stored, 1
    case.save()


def asks(page: Page) -> bool:
    """Whether there is a question on the page."""
    return bool(page.locator("#answer :is(fieldset, .question)").count())


def spoil(page: Page) -> None:
    """Leave every question without an answer, or with one that cannot be."""
    for box in page.locator("#answer input:is([type=text], [type=tel])").all():
        box.fill(NONSENSE)
    ticked = page.locator("#answer input[type=checkbox]:checked")
    for name in ticked.evaluate_all("(boxes) => boxes.map((box) => box.id)"):
        page.locator(f"label[for='{name}']").click()


def go_on(page: Page) -> None:
    """Press the button of the page."""
    page.get_by_role("button", name="继续", exact=True).click()


def fault_page(status: str) -> str:
    """What is shown for a fault, which no address leads to."""
    return FAULTS[status](RequestFactory().get("/")).content.decode()
