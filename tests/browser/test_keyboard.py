"""From the start to the plan with the keyboard alone, and the focus always to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page

from tests.browser.person import Person, story
from tests.flow import Typed, typed_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONGEST_WALK, MOST_STOPS, MOST_CHOICES = 60, 150, 40

# What has the focus: enough of it to know what to press, and whether it shows.
FOCUS = """() => {
  const at = document.activeElement;
  const ring = (each) => each && getComputedStyle(each).outlineStyle !== "none" &&
    parseFloat(getComputedStyle(each).outlineWidth) >= 3;
  const box = at.getBoundingClientRect();
  const label = at.labels && at.labels[0];
  return {
    tag: at.localName, type: at.type || "", name: at.name || "", value: at.value || "",
    text: (at.textContent || "").trim(), checked: Boolean(at.checked),
    seen: at === document.body || ring(at) || ring(label),
    inView: box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Typist(Person):
    """Never touches the mouse. Goes through a page once, from top to bottom."""

    def walk_by_keyboard(self, facts: Mapping[str, Any]) -> None:
        """From the start page to the plan."""
        typed = typed_for(facts)
        self.page.goto(f"{self.site}/start/")
        self.go_through({}, until="开始")
        for _page in range(LONGEST_WALK):
            step = self.step
            if step == "check":
                break
            self.go_through(typed[step], until="继续")
        self.go_through({}, until="生成我的方案")

    def go_through(self, typed: Typed, *, until: str) -> None:
        """Answer what comes into focus, then press Enter on a button."""
        self.look()
        here = self.page.url
        for _stop in range(MOST_STOPS):
            focus = self.next_stop()
            if focus["tag"] == "button" and focus["text"].endswith(until):
                self.page.keyboard.press("Enter")
                self.page.wait_for_url(lambda url: url != here)
                return
            self.answer(focus, typed.get(focus["name"], []))
        raise AssertionError(f"no way to {until} by Tab at {here}")

    def next_stop(self) -> dict[str, Any]:
        """Press Tab; what has the focus then must be seen to have it."""
        self.page.keyboard.press("Tab")
        focus = self.focus()
        if not focus["seen"] or not focus["inView"]:
            self.faults.append(f"{self.page.url}: the focus does not show at {focus}")
        return focus

    def focus(self) -> dict[str, Any]:
        """What has the focus."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def answer(self, focus: dict[str, Any], values: list[str]) -> None:
        """What the story says to the question in focus, if it says anything."""
        if focus["type"] == "radio" and values:
            self.choose(values[0])
        elif focus["type"] == "checkbox" and focus["value"] in values and not focus["checked"]:
            self.page.keyboard.press("Space")
        elif focus["type"] in ("text", "tel") and values:
            self.page.keyboard.type(values[0])

    def choose(self, value: str) -> None:
        """Down the choices of a question, to one of them."""
        self.page.keyboard.press("Space")
        for _choice in range(MOST_CHOICES):
            if self.focus()["value"] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be chosen at {self.page.url}")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day of the stories, in China."""
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.mark.parametrize("name", ["free_card_changed_mind", "number_reserved_cannot_revoke"])
def test_the_keyboard_alone_leads_to_the_plan(name: str, page: Page, live_server: Any) -> None:
    typist = Typist(page, live_server.url)

    typist.walk_by_keyboard(story(name)["facts"])

    assert typist.faults == []
    assert page.title().startswith("您的行动方案")


def test_the_first_stop_leads_past_the_header(page: Page, live_server: Any) -> None:
    typist = Typist(page, live_server.url)
    page.goto(f"{live_server.url}/start/")

    assert typist.next_stop()["text"] == "跳到正文"
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")
    assert typist.next_stop()["text"] == "开始"


def test_an_error_leads_to_its_question(page: Page, live_server: Any) -> None:
    typist = Typist(page, live_server.url)
    page.goto(f"{live_server.url}/start/")
    typist.go_through({}, until="开始")
    while typist.next_stop()["text"] != "继续":
        pass
    page.keyboard.press("Enter")
    page.wait_for_selector("#error-summary:focus")

    assert typist.next_stop()["text"] == "请选择这张卡是不是您自己下单的"
    page.keyboard.press("Enter")

    assert typist.focus()["type"] == "radio"
