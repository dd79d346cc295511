"""Every page for everybody: nothing axe finds, no scrolling two ways, errors that are announced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import services
from cases.wizard.steps import STEPS
from tests.branches import Fork
from tests.browser.pages import (
    ALONE,
    FAULTS,
    OF_A_CASE,
    asks,
    fault_page,
    first_forks,
    go_on,
    put,
    spoil,
)
from tests.stories import STORIES
from tests.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROWEST: Any = {"width": 320, "height": 256}  # also what 1280 x 1024 becomes at 400 %
SIZES: tuple[Any, ...] = ({"width": 1280, "height": 800}, {"width": 360, "height": 740})
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MINE = "是，我自己下的单"
FULLEST = "activated_after_request_by_someone_else"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day of the stories, in China."""
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def lin(client: Client, page: Page, live_server: Any) -> Walker:
    """A person who has just begun, and whose cookies the browser has."""
    walker = Walker(client)
    cookies = [
        {"name": name, "value": morsel.value, "url": live_server.url}
        for name, morsel in client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return walker


@pytest.fixture(scope="module")
def all_forks() -> dict[str, Fork]:
    """Each step in one state in which it is asked."""
    return first_forks()


# Names of controls, and what is read out with them, that lead to nothing on the page.
DANGLING = """() => ["for", "aria-describedby", "aria-labelledby"].flatMap((name) =>
  [...document.querySelectorAll(`[${name}]`)]
    .flatMap((each) => each.getAttribute(name).split(" "))
    .filter((id) => !document.getElementById(id)))"""


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it is: by axe when wide and when narrow, and its width."""
    found: list[str] = []
    for size in SIZES:
        page.set_viewport_size(size)
        for fault in Axe().run(page).response["violations"]:
            nodes = [node["html"] for node in fault["nodes"]][:2]
            found.append(f"{fault['id']} ({fault['impact']}) at {size['width']} px: {nodes}")
        page.evaluate(UNFOLD)
    if lost := page.evaluate(DANGLING):
        found.append(f"nothing is called {lost}")
    page.set_viewport_size(NARROWEST)
    if over := page.evaluate(TOO_WIDE):
        found.append(f"{over} px too wide")
    return found


def expect_errors(page: Page) -> None:
    """The title begins with it, and the focus is on the summary."""
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.locator("#error-summary")).to_be_focused()


@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_a_step_and_its_errors(
    name: str, lin: Walker, page: Page, live_server: Any, all_forks: dict[str, Fork]
) -> None:
    put(lin.case, all_forks[name].stored)
    page.goto(live_server.url + lin.url(name))
    assert findings(page) == []

    if asks(page):
        spoil(page)
        go_on(page)
        expect_errors(page)
        assert findings(page) == []
        # What was refused stands there again, with nothing said against it yet.
        page.goto(live_server.url + lin.url(name))
        assert page.evaluate(DANGLING) == []


@pytest.mark.parametrize("name", ALONE)
def test_a_page_that_belongs_to_no_case(
    name: str, client: Client, page: Page, live_server: Any
) -> None:
    if is_page(client, reverse(name)):
        page.goto(live_server.url + reverse(name))

        assert findings(page) == []


@pytest.mark.parametrize("name", OF_A_CASE)
def test_a_page_of_a_case_with_a_plan(name: str, lin: Walker, page: Page, live_server: Any) -> None:
    lin.answer(STORIES[FULLEST])
    lin.submit()
    url = reverse(name, args=[lin.case_id])

    if is_page(lin.client, url):
        page.goto(live_server.url + url)

        assert findings(page) == []


def is_page(client: Client, url: str) -> bool:
    """Whether an address answers with a page, and no redirect or refusal of GET."""
    response = client.get(url)
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("story", [story for story in STORIES if story != FULLEST])
def test_a_plan_of_another_kind(story: str, lin: Walker, page: Page, live_server: Any) -> None:
    lin.answer(STORIES[story])
    lin.submit()

    page.goto(live_server.url + reverse("plan", args=[lin.case_id]))

    assert findings(page) == []


def test_the_start_page_that_knows_a_case(lin: Walker, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("start"))

    assert findings(page) == []


def test_a_code_that_opens_nothing(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("resume"))
    page.locator("[name=code]").fill("不是代码")
    page.get_by_role("button", name="打开案件").click()

    expect_errors(page)
    assert findings(page) == []


def test_both_answers_when_two_tabs_differ(lin: Walker, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + lin.url("situation"))
    first, second = page.get_by_role("radio").all()[:2]
    lin.post("situation", {"order__placed_by_me": second.get_attribute("value")})
    first.check()
    go_on(page)

    expect(page.get_by_role("alert")).to_contain_text("别的页面")
    expect(page.get_by_role("alert")).to_be_focused()
    assert findings(page) == []


@pytest.mark.parametrize("cookie", [settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME])
def test_a_cookie_that_is_gone(cookie: str, lin: Walker, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + lin.url("situation"))
    page.context.clear_cookies(name=cookie)
    page.get_by_label(MINE).check()
    go_on(page)

    expect(page.locator("#typed")).to_have_value(re.compile(MINE))
    assert findings(page) == []


def test_leaving_and_deleting(lin: Walker, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("delete", args=[lin.case_id]))
    page.get_by_role("button", name="立即删除这份案件").click()
    expect(page).to_have_title(re.compile("^已删除"))
    assert findings(page) == []

    again = services.answers.open_case()
    page.goto(live_server.url + reverse("resume"))
    page.locator("[name=code]").fill(again.code.grouped)
    page.get_by_role("button", name="打开案件").click()
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_title(re.compile("^已退出"))
    assert findings(page) == []


@pytest.mark.parametrize("status", FAULTS)
def test_the_pages_for_what_went_wrong(status: str, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("start"))
    page.set_content(fault_page(status))

    assert findings(page) == []
