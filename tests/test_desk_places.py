"""The way round the desk, and what its lists say of a case that no longer waits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases import services
from cases.admin import columns, due
from cases.models import NO_DATE, Case, CaseCount, Status
from cases.services import status, tallies
from tests.desk import member, signed_in, staff
from tests.desk_cases import NOON, submitted

pytestmark = pytest.mark.django_db
QUEUE = "admin:cases_case_changelist"
LINK = re.compile(r'<li>\s*<a href="([^"]+)"\s*(aria-current="page")?\s*>([^<]+)</a>')


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def links(browser: Client, address: str) -> list[tuple[str, str, str]]:
    """Address, mark and title of each link above a page."""
    html = browser.get(address).content.decode()
    start = html.find('<nav class="places"')
    return LINK.findall(html[start : html.index("</nav>", start)]) if start >= 0 else []


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("reader", "概况 案件 商家 标签 内容复查 页面意见"),
        ("senior", "概况 案件 商家 标签 导出 内容复查 页面意见 清理"),
        ("auditor", "概况 案件 标签 内容复查 清理 已删除的案件 操作记录"),
        (
            "administrator",
            "概况 案件 商家 标签 内容复查 页面意见 清理 已删除的案件 操作记录 账号 角色",
        ),
    ],
)
def test_every_link_above_a_page_can_be_opened(role: str, titles: str) -> None:
    browser = staff(role)
    found = links(browser, reverse("admin:index"))

    assert [title for _address, _mark, title in found] == titles.split()
    for address, _mark, title in found:
        assert browser.get(address).status_code == 200
        assert [each[2] for each in links(browser, address) if each[1]] == [title]


def test_the_page_of_a_case_belongs_to_the_cases() -> None:
    address = reverse("admin:cases_case_change", args=[submitted().pk])
    assert [each[2] for each in links(staff("reader"), address) if each[1]] == ["案件"]


def test_nobody_is_shown_the_way_before_signing_in() -> None:
    assert links(Client(), reverse("admin:login")) == []


def answered() -> Case:
    """A case that the desk has answered, its next date gone by."""
    wu, case = member("reviewer", name="wu"), submitted()
    Case.objects.filter(pk=case.pk).update(next_on=NOON.date() - timedelta(days=3))
    tallies.recount()
    case = services.claims.claim(Case.objects.get(pk=case.pk), user=wu, version=None)
    services.messages.answer(case, user=wu, version=None, words="请按方案办理。")
    return Case.objects.get(pk=case.pk)


def overdue(browser: Client) -> list[Case]:
    """What the queue lists as over."""
    page = browser.get(reverse(QUEUE), {"due": due.OVER, "assignee": "all"})
    return list(page.context["cl"].result_list)


def test_an_answered_case_is_due_on_no_day() -> None:
    case, browser = answered(), staff("reader")

    assert columns.next_date(case).count("已答复") == 1
    assert "due-over" not in columns.next_date(case)
    assert overdue(browser) == []
    kept = CaseCount.objects.filter(kind=CaseCount.Kind.DUE, number__gt=0)
    assert [row.on for row in kept] == [NO_DATE]
    assert tallies.recount() == {}


def test_a_case_taken_up_again_is_due_as_before() -> None:
    case, chen = answered(), member("senior", name="chen")
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        status.move(case, Status.IN_REVIEW, user=chen, version=None)
        case = Case.objects.get(pk=case.pk)
        assert "已过 3 天" in columns.next_date(case)
        assert overdue(signed_in(chen)) == [case]


def test_a_held_case_says_so_in_its_row() -> None:
    case = submitted()
    assert "暂缓" not in columns.marks(case)
    case.held = True
    assert "暂缓" in columns.marks(case)


def test_a_reply_stands_at_the_head_of_the_page_until_it_is_answered() -> None:
    wu, case = member("reviewer", name="wu"), submitted()
    address, browser = reverse("admin:cases_case_change", args=[case.pk]), signed_in(wu)

    services.claims.claim(case, user=wu, version=None)
    asked = services.messages.ask(
        case, user=wu, version=None, words="请补付款记录。", asks=["evidence:payment_record"]
    )
    assert "回复了请求" not in browser.get(address).content.decode()
    services.messages.reply(asked, words="补好了。")
    assert "2026-11-22 12:00 回复了请求" in browser.get(address).content.decode()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        services.messages.answer(case, user=wu, version=None, words="收到。")
    assert "回复了请求" not in browser.get(address).content.decode()
