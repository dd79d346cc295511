"""The directory of sellers in a real browser: a new row, its page, a merge, the dossier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from cases.models import Seller
from cases.services import sellers
from tests.browser.visitor import Visitor
from tests.desk import member
from tests.desk_cases import submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day of the cases, in China."""
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def visitor(page: Page, live_server: Any) -> Visitor:
    return Visitor(page, live_server.url)


def test_a_senior_lists_merges_and_takes_a_dossier(visitor: Visitor) -> None:
    cases = [submitted(names={"order__number": str(number)}) for number in range(6)]
    member("senior", name="zheng")
    old = Seller.objects.create(name="畅联卡业")
    sellers.changed(old, ["name"], actor="zheng")
    page = visitor.page
    visitor.password("zheng")

    page.goto(f"{visitor.site}/desk/cases/case/{cases[0].pk}/change/")
    visitor.look()
    page.get_by_role("link", name="加入商家名录").click()
    expect(page.get_by_label("名称", exact=False).first).to_have_value("畅联号卡店")
    visitor.look()
    page.fill("[name=licence_number]", "91350100M000100Y44")
    page.fill("[name=aliases-0-text]", "https://www.cl.example.com/item?id=1")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("校验位不对")).to_be_visible()
    visitor.look()
    page.fill("[name=licence_number]", "91350100M000100Y43")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已关联 6 个之前提交的案件")).to_be_visible()
    visitor.look()

    page.get_by_label("查找").first.fill("畅联卡")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("查找结果，")).to_be_visible()
    visitor.look()
    page.get_by_role("link", name="畅联卡业").click()
    visitor.look()
    page.get_by_role("link", name="并入另一家").click()
    page.get_by_label("并入哪一家").fill("号卡店")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("畅联号卡店").check()
    visitor.look()
    page.get_by_role("button", name="把“畅联卡业”并进去").click()
    expect(page.get_by_text("已并入“畅联号卡店”")).to_be_visible()
    visitor.look()

    with page.expect_download() as taken:
        page.get_by_role("button", name="下载投诉汇总 PDF").click()
    assert taken.value.suggested_filename.endswith("2026-11-22.pdf")
    page.get_by_role("link", name="畅联卡业").click()
    expect(page.get_by_text("这一家已并入")).to_be_visible()
    visitor.look()
    assert visitor.said == []
