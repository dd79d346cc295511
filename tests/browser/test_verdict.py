"""The verdict as one answers: a refinement that changes nothing that is kept."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.browser.test_wizard_pages import go_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_verdict_follows_the_answer_before_it_is_sent(page: Page, live_server: Any) -> None:
    person = go_to(page, live_server.url, "carrier_record")
    region = page.locator("#verdict-now")
    version = Case.objects.get().version

    page.get_by_label("待激活").check(force=True)
    expect(region).to_contain_text("已开卡未激活")
    page.get_by_label("已激活、在用").check(force=True)
    expect(region).to_contain_text("号码已经能用")

    assert region.get_attribute("aria-live") == "polite"
    assert page.locator("h1").count() == 1
    assert Case.objects.get().version == version
    assert not person.faults


def test_a_choice_against_the_advice_is_told_at_once_without_scripts(
    browser: Any, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    go_to(page, live_server.url, "channels")
    box = page.locator("[value='affiliate_service:marketplace_seller']")
    sentence = page.locator(f"#{box.get_attribute('aria-describedby')}")

    expect(sentence).to_be_hidden()
    box.uncheck()
    expect(sentence).to_be_visible()
    context.close()
