"""What stands typed when the tab is closed: it is there again, and nothing moved meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from tests.browser.test_wizard_pages import go_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_typed_is_there_after_a_reload(page: Page, live_server: Any) -> None:
    person = go_to(page, live_server.url, "seller")
    version, name = Case.objects.get().version, page.get_by_label("店铺、网站或公众号的名字")

    name.press_sequentially("靓卡")
    expect(page.locator(".kept")).to_contain_text("已保存")

    expect(name).to_be_focused()
    expect(page.locator("#status")).to_contain_text("已保存")
    expect(name).to_have_value("靓卡")
    page.reload()
    expect(page.get_by_label("店铺、网站或公众号的名字")).to_have_value("靓卡")
    assert Case.objects.get().version == version
    assert not page.locator(".error-summary").count()
    assert not person.faults


def test_the_form_is_sent_as_before_after_it_was_kept(page: Page, live_server: Any) -> None:
    person = go_to(page, live_server.url, "seller")

    page.get_by_label("店铺、网站或公众号的名字").fill("靓卡")
    expect(page.locator(".kept")).to_contain_text("已保存")
    page.get_by_role("button", name="继续", exact=True).click()

    page.wait_for_url("**/card_kind/")
    assert Case.objects.get().answers["seller"]["clean"]["order__seller_name"] == "靓卡"
    assert not person.faults


def test_without_javascript_links_keep_it_and_enter_goes_on(
    browser: Browser, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    person = go_to(page, live_server.url, "seller")
    name = page.get_by_label("店铺、网站或公众号的名字")

    for link, ends in (("隐私说明", "/privacy/"), ("立即删除这份案件", "/delete/")):
        name.fill(f"靓卡{link}")
        page.get_by_role("button", name=link).click()
        assert page.url.endswith(ends)
        page.go_back()
        expect(name).to_have_value(f"靓卡{link}")
    name.press("Enter")

    page.wait_for_url("**/card_kind/")
    assert not person.faults
    context.close()
