"""A member of staff signs in for the first time and comes back, in a real browser."""

from __future__ import annotations

from base64 import b32decode
from typing import Any

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.visitor import Visitor
from tests.desk import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visitor(page: Page, live_server: Any, settings: Settings) -> Visitor:
    settings.DESK_TWO_FACTOR = True
    return Visitor(page, live_server.url)


def test_the_first_day_and_the_next(visitor: Visitor) -> None:
    member("administrator", "senior", name="wu")
    page = visitor.page

    page.goto(f"{visitor.site}/desk/")
    visitor.look()
    visitor.password("wu")
    expect(page.get_by_role("heading", name="设置两步验证")).to_be_visible()
    visitor.look()
    secret = b32decode(page.locator(".door-secret").inner_text().replace(" ", ""))
    page.fill("[name=code]", f"{totp(secret):06d}")
    page.click("[type=submit]")
    expect(page.locator(".door-codes li")).to_have_count(10)
    visitor.look()
    code = page.locator(".door-codes code").first.inner_text()
    page.get_by_role("link", name="进入审核台").click()
    expect(page).to_have_url(f"{visitor.site}/desk/")

    page.get_by_role("link", name="我的账号").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    visitor.look()
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_role("heading", name="已退出")).to_be_visible()
    visitor.look()

    visitor.password("wu")
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    page.get_by_text("手机不在身边").click()
    visitor.look()
    page.fill("[name=recovery]", code)
    page.get_by_role("button", name="用恢复码登录").click()
    expect(page.get_by_text("恢复码还剩 9 个")).to_be_visible()
    assert visitor.said == []


def test_a_locked_account_and_the_pages_of_accounts(visitor: Visitor, settings: Settings) -> None:
    settings.DESK_TWO_FACTOR = False
    wu = member("administrator", "senior", name="wu")
    page = visitor.page

    visitor.password("wu")
    for address in ("", "add/", f"{wu.pk}/change/", f"{wu.pk}/password/", f"{wu.pk}/sign-out/"):
        page.goto(f"{visitor.site}/desk/auth/user/{address}")
        visitor.look()
    page.goto(f"{visitor.site}/desk/auth/group/")
    visitor.look()
    assert visitor.said == []

    page.context.clear_cookies()
    for _try in range(6):
        visitor.password("chen")
    expect(page.get_by_role("heading", name="请稍后再登录")).to_be_visible()
    visitor.look()
