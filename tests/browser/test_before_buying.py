"""The check before buying in a real browser: narrow, without JavaScript, read aloud, kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import Person
from tests.browser.test_wizard_pages import PHONE, SMALL_TARGETS
from tests.test_clauses import BAD, GOOD, MIXED, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_REFUND = "本产品一经售出，概不退款。"


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def check(page: Page, site: str, offer: str, agreement: str = "") -> None:
    """Paste two texts and press the button."""
    page.goto(f"{site}/before-buying/")
    page.get_by_label("推广页面或商品页的文字").fill(offer)
    page.get_by_label("协议或须知的文字").fill(agreement)
    page.get_by_role("button", name="查一查").click()


def test_from_the_start_page_to_a_mark_and_what_it_means(phone: Page, live_server: Any) -> None:
    person = Person(phone, live_server.url)
    phone.goto(f"{live_server.url}/start/")
    phone.get_by_role("link", name="查一查这张卡").click()
    phone.get_by_label("推广页面或商品页的文字").fill(NO_REFUND)
    phone.get_by_role("button", name="查一查").click()

    phone.locator("#main").get_by_text("红 1 处").wait_for()
    phone.locator("#no-refund summary").click()

    assert phone.locator("#no-refund").get_by_text("法律怎么说").is_visible()
    person.look()
    assert not person.faults


def test_the_text_can_be_changed_and_checked_again(phone: Page, live_server: Any) -> None:
    check(phone, live_server.url, NO_REFUND, "合约期12个月。")

    phone.locator("#main").get_by_text("红 1 处").wait_for()
    # In place the form stays open; a page of its own folds it away.
    if not (area := phone.get_by_label("推广页面或商品页的文字")).is_visible():
        phone.get_by_text("改文字再查一遍").click()
    assert area.input_value() == NO_REFUND
    area.fill("未激活可退。")
    # Within a second it would be taken for a double click.
    phone.wait_for_timeout(1100)
    phone.get_by_role("button", name="查一查").click()

    phone.locator("#main").get_by_text("红 0 处，黄 1 处，绿 1 处").wait_for()


def test_the_pdf_is_a_plain_download(phone: Page, live_server: Any) -> None:
    check(phone, live_server.url, written(MIXED), written(BAD))

    with phone.expect_download() as started:
        phone.get_by_role("button", name="下载这份检查（PDF）").first.click()

    assert started.value.suggested_filename.startswith("买卡前检查_")
    assert len(pypdf.PdfReader(started.value.path()).pages) > 3


def test_every_state_is_accessible_and_fits(page: Page, live_server: Any) -> None:
    page.set_viewport_size(PHONE)
    person = Person(page, live_server.url, audit=True)
    for path in ("/start/", "/before-buying/", "/before-buying/example/"):
        page.goto(live_server.url + path)
        person.look()
        assert page.evaluate(SMALL_TARGETS) == [], path
    for offer in ("", written(GOOD), written(BAD)):
        check(page, live_server.url, offer, written(MIXED) if offer else "")
        page.wait_for_selector("#message" if offer else "#error-summary:focus")
        person.look()
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        person.look()

    assert page.evaluate(SMALL_TARGETS) == []
    assert not person.faults


def test_it_fits_the_narrowest_phone(page: Page, live_server: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    person = Person(page, live_server.url)
    check(page, live_server.url, "概不退款" * 60 + "x" * 200 + "。", written(MIXED))
    page.locator("#message").wait_for()

    person.look()

    assert not person.faults


def test_the_message_can_be_copied(page: Page, live_server: Any) -> None:
    page.context.grant_permissions(["clipboard-write"])
    page.goto(f"{live_server.url}/before-buying/example/")

    page.get_by_role("button", name="复制要问卖家的话").click()
    page.get_by_role("button", name="已复制").wait_for()
    page.get_by_text("改文字再查一遍", exact=True).click()
    area = page.get_by_label("协议或须知的文字")
    area.fill("")
    area.press("Control+V")

    assert area.input_value() == page.locator("#message").inner_text()
