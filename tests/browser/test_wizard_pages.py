"""What only a browser shows of the wizard's pages: the Enter key, sizes, and how they fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import Person, story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: Any = {"width": 360, "height": 740}
RESERVED = "number_reserved_cannot_revoke"

# Links and buttons that a finger could miss; links inside a sentence are exempt.
SMALL_TARGETS = """() => {
  const inSentence = (link) => link.parentElement.matches("p, li") &&
    [...link.parentElement.childNodes].some((node) => node !== link && node.textContent.trim());
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  return [...document.querySelectorAll("a, button, summary")]
    .filter((each) => each.checkVisibility() && !each.closest(".sr-only, .skip"))
    .filter((each) => !(each.matches("a") && !each.className && inSentence(each)))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 || box.width < 44)
    .map(([each, box]) => `${each.textContent.trim()} ${box.width}x${box.height}`);
}"""


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


class Careful(Person):
    """Looks at every page for targets that are too small."""

    def look(self) -> None:
        """As any person, and with a ruler."""
        super().look()
        if small := self.page.evaluate(SMALL_TARGETS):
            self.faults.append(f"{self.page.url}: {small}")


def go_to(page: Page, site: str, step: str) -> Person:
    """At a step, with the questions before it answered as in a story."""
    person = Person(page, site)
    person.arrive(story(RESERVED)["facts"], at=step)
    return person


def test_enter_goes_on(phone: Page, live_server: Any) -> None:
    person = go_to(phone, live_server.url, "seller")

    phone.get_by_label("店铺、网站或公众号的名字").fill("靓卡")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/card_kind/")

    assert not person.faults


def test_going_back_keeps_half_typed_text(phone: Page, live_server: Any) -> None:
    go_to(phone, live_server.url, "placed_on")
    phone.locator("[name=order__placed_on_year]").fill("2026")

    phone.get_by_role("button", name="返回", exact=True).click()
    phone.wait_for_url("**/sales_channel/")
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.wait_for_url("**/placed_on/")

    assert phone.locator("[name=order__placed_on_year]").input_value() == "2026"


def test_the_way_back_leads_to_the_step_before_without_an_answer(
    phone: Page, live_server: Any
) -> None:
    go_to(phone, live_server.url, "payee")

    phone.get_by_role("button", name="返回", exact=True).click()
    phone.wait_for_url("**/card_kind/")

    assert not phone.locator(".error-summary").count()


def test_a_month_may_stand_beside_not_clear(phone: Page, live_server: Any) -> None:
    person = go_to(phone, live_server.url, "placed_on")

    phone.get_by_label("不清楚").check()
    phone.get_by_label("年", exact=True).fill("2026")
    phone.get_by_label("月", exact=True).fill("10")
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.wait_for_url("**/seller/")

    assert not person.faults


@pytest.mark.parametrize("name", [RESERVED, "activated_after_request_by_someone_else"])
def test_every_target_is_large_enough_for_a_finger(page: Page, live_server: Any, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    person = Careful(page, live_server.url)

    person.walk(story(name)["facts"])

    assert not person.faults
