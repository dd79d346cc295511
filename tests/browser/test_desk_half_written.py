"""What staff type is kept in a real browser: as they type, and when they press something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from cases.models import Case, HalfWritten, Note
from cases.services import claims, messages
from tests.browser.visitor import Visitor
from tests.desk import member
from tests.desk_cases import submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE, ANSWER = "截图和说的不一致，先等本人", "您好，我们看到了您的回复。"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def wu() -> User:
    return member("reviewer", name="wu")


@pytest.fixture
def case(wu: User) -> Case:
    """A case of wu's whose person has replied."""
    made = submitted()
    claims.claim(made, user=wu, version=None)
    asked = messages.ask(made, user=wu, version=None, words="请写上投诉时拿到的工单号。")
    messages.reply(asked, words="已经投诉过了，客服说 15 天内回复。")
    return made


@pytest.fixture
def visitor(page: Page, live_server: Any, case: Case) -> Visitor:
    """Signed in, on the page of the case."""
    visitor = Visitor(page, live_server.url)
    visitor.password("wu")
    page.goto(f"{visitor.site}/desk/cases/case/{case.pk}/change/")
    return visitor


def test_a_note_survives_another_button(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("写内部备注").fill(NOTE)
    page.get_by_role("button", name="释放").click()

    expect(page.locator(".case-summary")).to_contain_text("未认领")
    expect(page.get_by_label("写内部备注")).to_have_value(NOTE)
    visitor.look()
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator("#timeline ~ .timeline").first).to_contain_text(NOTE)
    expect(page.get_by_label("写内部备注")).to_have_value("")
    assert not HalfWritten.objects.exists()
    assert visitor.said == []


def test_an_answer_is_kept_while_it_is_typed_and_can_be_thrown_away(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="答复本人").click()
    page.get_by_label("写给本人的文字").fill(ANSWER)
    expect(page.locator(".half-line")).to_contain_text("已保存草稿 12:0", timeout=10_000)
    visitor.look()

    page.get_by_role("link", name="不做了，回到案件").click()
    page.get_by_role("link", name="答复本人（有草稿）").click()
    expect(page.get_by_label("写给本人的文字")).to_have_value(ANSWER)
    page.get_by_role("button", name="丢弃草稿").click()
    expect(page.get_by_label("写给本人的文字")).to_have_value("")
    assert not HalfWritten.objects.exists()
    assert visitor.said == []


def test_a_sign_in_that_ended_takes_no_words_along(visitor: Visitor, clock: Any) -> None:
    page = visitor.page
    page.get_by_label("写内部备注").fill(NOTE)
    clock.shift(timedelta(minutes=31))

    page.get_by_role("button", name="保存备注").click()
    visitor.password("wu")
    page.go_back()
    page.goto(f"{visitor.site}/desk/cases/case/{HalfWritten.objects.get().case_id}/change/")

    expect(page.get_by_label("写内部备注")).to_have_value(NOTE)
    assert not Note.objects.exists()


def test_without_script_a_note_has_a_page_of_its_own(browser: Any, visitor: Visitor) -> None:
    cookies = visitor.page.context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=cookies).new_page()
    page.goto(visitor.page.url)

    expect(page.get_by_label("写内部备注")).to_be_hidden()
    page.get_by_role("link", name="写内部备注").click()
    page.get_by_label("备注", exact=True).fill(NOTE)
    page.get_by_role("button", name="写备注").click()
    expect(page.locator("#timeline ~ .timeline").first).to_contain_text(NOTE)
