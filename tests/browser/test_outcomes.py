"""Telling how it ended, on a phone with and without scripts: an error, then the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from cases.models import Outcome
from tests.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW: Any = {"width": 360, "height": 740}


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=NARROW, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds; it needs scripts."""
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        return ["too wide"]
    return [fault["id"] for fault in Axe().run(page).response["violations"]]


def test_somebody_tells_how_it_ended(
    phone: Page, lin: Walker, live_server: Any, request: pytest.FixtureRequest
) -> None:
    _carry_cookies(lin.client, phone, live_server.url)
    phone.goto(live_server.url + reverse("plan", args=[lin.case_id]))
    phone.get_by_role("link", name="写一写结果").click()
    phone.get_by_label("退了一部分").check()
    phone.get_by_label("退款金额（选填）").fill("三十块多")
    phone.get_by_role("button", name="保存").click()

    expect(phone.locator("#error-summary")).to_contain_text("退款金额请填数字")
    expect(phone.get_by_label("退了一部分")).to_be_checked()
    expect(phone.get_by_label("退款金额（选填）")).to_have_value("三十块多")
    if "with-javascript" in request.node.name:
        assert faults(phone) == []
    phone.get_by_label("退款金额（选填）").fill("¥３０")
    phone.get_by_label("说不清").check()
    phone.get_by_role("button", name="保存").click()

    expect(phone.get_by_text("已经保存，谢谢您")).to_be_visible()
    expect(phone.locator("#outcome")).to_be_attached()
    assert Outcome.objects.get(case=lin.case_id).amount == 30
    phone.get_by_role("link", name="看一看、修改或删除").click()
    expect(phone.get_by_label("退款金额（选填）")).to_have_value("30")
    phone.get_by_role("button", name="删除我写的结果").click()
    expect(phone.get_by_text("您写的结果已经删除")).to_be_visible()
    assert not Outcome.objects.exists()


def _carry_cookies(client: Client, page: Page, url: str) -> None:
    cookies = [
        {"name": n, "value": morsel.value, "url": url} for n, morsel in client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
