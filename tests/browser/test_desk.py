"""A reviewer and a senior work on a case in a real browser: queue, page, acts, conflict."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Page, expect

from cases.models import Case, Status
from cases.services import exhibits, status
from tests.browser.visitor import Visitor
from tests.desk import member
from tests.desk_cases import NAME, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "运营商的记录截图请再发一次。"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day of the case, in China."""
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def case() -> Case:
    """A submitted case with a contradiction and a picture."""
    made = submitted(
        parcel={"signals__parcel": "in_transit"},
        order_page={"signals__seller_page": "awaiting_submission"},
    )
    picture, said = io.BytesIO(), {"label": "订单页"}
    Image.new("RGB", (300, 500), "#88aabb").save(picture, "PNG")
    upload = picture.getvalue()
    exhibits.add(made, upload=upload, file_format="PNG", kind="order_page", said=said)
    return made


@pytest.fixture
def visitor(page: Page, live_server: Any) -> Visitor:
    return Visitor(page, live_server.url)


def code_of(case: Case) -> str:
    return f"{case.public_id[:4]}-{case.public_id[4:]}"


def open_case(visitor: Visitor, case: Case) -> None:
    """From the queue, as one does."""
    visitor.page.goto(f"{visitor.site}/desk/cases/case/")
    visitor.look()
    visitor.page.get_by_role("link", name=code_of(case)).click()
    expect(visitor.page.get_by_role("heading", name=code_of(case))).to_be_visible()
    visitor.look()


def note_from_here(page: Page, words: str) -> None:
    page.get_by_label("写内部备注").fill(words)
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator("#timeline ~ .timeline").first).to_contain_text(words)


def test_a_reviewer_takes_a_case_and_asks(visitor: Visitor, case: Case) -> None:
    member("reviewer", name="wu")
    page = visitor.page
    visitor.password("wu")
    visitor.look()
    open_case(visitor, case)
    expect(page.get_by_text("查看 10 分钟")).to_have_count(0)

    page.get_by_role("button", name="认领").click()
    expect(page.locator(".case-summary")).to_contain_text("处理中")
    note_from_here(page, "截图和说的不一致")
    visitor.look()

    page.get_by_role("link", name="批注").first.click()
    page.get_by_label("备注", exact=True).fill("下单日期以截图为准")
    visitor.look()
    page.get_by_role("button", name="写备注").click()
    expect(page.locator(".case-facts .note")).to_contain_text("下单日期以截图为准")

    page.get_by_role("link", name="请本人补充").click()
    visitor.look()
    page.get_by_label("写给本人的文字").fill(KEPT)
    page.get_by_label("常用文字").select_option("payment_record")
    page.get_by_role("button", name="填入文字").click()
    expect(page.get_by_label("写给本人的文字")).to_have_value(re.compile(f"{KEPT}.+", re.DOTALL))
    visitor.look()
    page.go_back()
    expect(page.get_by_label("写给本人的文字")).to_have_value(re.compile(f"{KEPT}.+", re.DOTALL))
    page.get_by_role("checkbox").first.check()
    page.get_by_label("写给本人的文字").fill(KEPT)
    page.get_by_role("button", name="发给本人").click()
    expect(page.locator(".case-summary")).to_contain_text("等本人补充")
    visitor.look()

    page.get_by_role("link", name="按今天重新生成").click()
    visitor.look()
    assert visitor.said == []


def test_a_senior_reveals_closes_and_reopens(visitor: Visitor, case: Case) -> None:
    member("senior", name="zheng")
    page = visitor.page
    visitor.password("zheng")
    open_case(visitor, case)
    assert NAME not in page.content()

    name = page.locator("#f-consumer__name")
    name.get_by_text("查看").first.click()
    visitor.look()
    name.get_by_label("理由").select_option("contact")
    name.get_by_role("button", name="查看 10 分钟").click()
    expect(name).to_contain_text(NAME)
    visitor.look()

    page.get_by_role("link", name="结案", exact=True).click()
    visitor.look()
    page.get_by_label("原因").select_option("advised")
    page.get_by_role("button", name="结案").click()
    expect(page.locator(".case-summary")).to_contain_text("已结案")
    visitor.look()

    page.get_by_role("link", name="重新打开").click()
    page.get_by_label("原因").select_option("mistake")
    page.get_by_role("button", name="重新打开").click()
    expect(page.locator(".case-summary")).to_contain_text("重新打开")
    assert visitor.said == []


def test_two_at_once_see_both_states(visitor: Visitor, case: Case) -> None:
    member("senior", name="zheng")
    page = visitor.page
    visitor.password("zheng")
    page.goto(f"{visitor.site}/desk/cases/case/{case.pk}/change/")
    page.get_by_role("link", name="结案", exact=True).click()
    page.get_by_label("原因").select_option("advised")
    chen = member("senior", name="chen")
    status.move(case, Status.IN_REVIEW, user=chen, version=None)

    page.get_by_role("button", name="结案").click()

    expect(page.get_by_role("heading", name="此案件刚被他人修改")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("chen")
    visitor.look()
    page.get_by_role("button", name="仍然执行我的操作").click()
    expect(page.locator(".case-summary")).to_contain_text("已答复，没有后续")
    # The browser itself reports the answer 409.
    assert [said for said in visitor.said if "409" not in said] == []
