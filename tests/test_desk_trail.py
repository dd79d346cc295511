"""From the queue to a case, on to the next, and back: the list one came from is not lost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from cases import services
from cases.admin import queue
from cases.models import Case, CloseReason, Status, Turn
from tests import desk_cases
from tests.desk import member, signed_in

pytestmark = pytest.mark.django_db
ON = desk_cases.ON
LIST = "/desk/cases/case/"
CASE = re.compile(r'href="(/desk/cases/case/[^"]*/change/[^"]*)"')
NEXT = re.compile(r'href="(/desk/cases/case/[^"]*/next/[^"]*)"')


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(desk_cases.NOON, tick=False):
        yield


@pytest.fixture
def wu() -> User:
    return member("reviewer", name="wu")


@pytest.fixture
def desk(wu: User) -> Client:
    """The browser of a reviewer, signed in."""
    return signed_in(wu)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Queue, "list_per_page", 2)


def ordered(*statuses: Status) -> list[Case]:
    """A case of each, due a day after the one before."""
    return [_due(day, status) for day, status in enumerate(statuses)]


def _due(day: int, status: Status) -> Case:
    case = desk_cases.submitted()
    reason = CloseReason.SPAM if status == Status.CLOSED else ""
    due = ON + timedelta(days=day)
    Case.objects.filter(pk=case.pk).update(next_on=due, status=status, closed_reason=reason)
    return Case.objects.get(pk=case.pk)


def shown(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def first_link(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found
    return unescape(found[1])


def in_order(browser: Client, query: str) -> list[Case]:
    """The cases of every page of the list."""
    cases, there = [], query
    while there is not None:
        page = browser.get(LIST + there).context["cl"]
        cases += list(page.result_list)
        there = page.next_page
    return cases


def walked_on(browser: Client, address: str) -> list[str]:
    """The ids of the cases from this one on by 下一件, and where the last of these leads."""
    found = []
    while "/change/" in address:
        found.append(address.removeprefix(LIST).partition("/")[0])
        following = browser.get(first_link(NEXT, shown(browser, address)))
        address = following["Location"]
    return [*found, address]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?assignee=all",
        "?assignee=all&due=week",
        "?status=all&assignee=all",
        "?carrier=china_unicom",
    ],
)
def test_one_goes_from_case_to_case_in_the_order_of_the_list(desk: Client, query: str) -> None:
    ordered(Status.ANSWERED, Status.REOPENED, Status.CLOSED, Status.SUBMITTED, Status.IN_REVIEW)
    expected = [str(case.pk) for case in in_order(desk, query)]
    assert len(expected) > 2
    beginning = first_link(CASE, shown(desk, LIST + query))
    *passed, end = walked_on(desk, beginning)
    assert passed == expected
    assert QueryDict(end.partition("?")[2]) == QueryDict(query[1:])


@pytest.mark.usefixtures("small_pages")
def test_it_goes_on_from_a_later_page_and_back_to_it(desk: Client) -> None:
    cases = ordered(*[Status.SUBMITTED] * 5)
    second = desk.get(LIST).context["cl"].next_page
    there = first_link(CASE, shown(desk, LIST + second))
    assert str(cases[2].pk) in there
    back = first_link(re.compile(r'href="(/desk/cases/case/\?[^"]*)"'), shown(desk, there))
    assert [case.pk for case in desk.get(back).context["cl"].result_list] == [
        case.pk for case in cases[2:4]
    ]
    assert walked_on(desk, there)[:-1] == [str(case.pk) for case in cases[2:]]


def test_what_was_searched_is_a_list_as_well(desk: Client) -> None:
    cases = ordered(Status.CLOSED, Status.SUBMITTED)
    found = desk.post(f"{LIST}search/", {"typed": "畅联号卡店"})["Location"].removeprefix("../")
    *passed, end = walked_on(desk, first_link(CASE, shown(desk, LIST + found)))
    assert passed == [str(case.pk) for case in reversed(cases)]
    assert end == LIST + found


def test_an_act_loses_neither_the_list_nor_the_place(desk: Client, wu: User) -> None:
    first, second = ordered(Status.SUBMITTED, Status.REOPENED)
    there = first_link(CASE, shown(desk, f"{LIST}?assignee=all"))
    services.claims.claim(first, user=wu, version=None)
    act = first_link(re.compile(r'href="(/desk/[^"]*/work/answer/[^"]*)"'), shown(desk, there))
    sent = first_link(re.compile(r'action="(/desk/[^"]*/work/answer/[^"]*)"'), shown(desk, act))
    version = Case.objects.get(pk=first.pk).desk_version
    back = desk.post(sent, {"words": "已经查到", "desk_version": version})
    assert back["Location"] == there
    assert Case.objects.get(pk=first.pk).turn == Turn.PERSON
    page = shown(desk, there)
    assert f'href="{LIST}?assignee=all"' in page
    assert desk.get(first_link(NEXT, page))["Location"].startswith(f"{LIST}{second.pk}/change/")


def test_every_way_on_from_a_case_keeps_the_list(wu: User) -> None:
    boss = signed_in(member("senior", name="boss"))
    ordered(Status.IN_REVIEW)
    there = first_link(CASE, shown(boss, f"{LIST}?assignee=all"))
    trail = there.partition("?")[2]
    page = shown(boss, there)
    for way in ("work/claim", "work/note", "work/close", "work/assign", "reveal", "next"):
        found = re.search(rf'"(/desk/[^"]*/{way}/[^"]*)"', page)
        assert found and unescape(found[1]).endswith(f"?{trail}"), way
    hold = re.search(r'action="(/desk/[^"]*/hold/[^"]*)"', page)
    assert hold
    for address, sent in (
        (hold[1], {"held": "1", "reason": "dispute"}),
        (hold[1], {}),
        (first_link(re.compile(r'action="([^"]*/reveal/[^"]*)"'), page), {"field": "notes"}),
    ):
        back = boss.post(unescape(address), sent)
        assert back["Location"].partition("#")[0] == there


def test_without_a_trail_one_goes_along_the_usual_list(desk: Client) -> None:
    first, second = ordered(Status.SUBMITTED, Status.SUBMITTED)
    there = desk.get(f"{LIST}{first.pk}/next/")["Location"]
    assert there.startswith(f"{LIST}{second.pk}/change/")
    last = desk.get(f"{LIST}{second.pk}/next/", follow=True)
    assert last.request["PATH_INFO"] == LIST
    assert "后面没有案件了" in last.content.decode()


@pytest.mark.parametrize(
    "trail",
    [
        "_changelist_filters=secret_hash__startswith%3Dx%26o%3D1%26q%3D1",
        "_changelist_filters=%00&at=0.2026-13-01",
        "_changelist_filters=stage%3Dnonsense&at=9.9",
        "_changelist_filters=found%3Dzz%26number%3D%25&at=x",
    ],
)
def test_an_odd_trail_leads_to_our_own_lists_only(desk: Client, trail: str) -> None:
    (case,) = ordered(Status.SUBMITTED)
    assert desk.get(f"{LIST}{case.pk}/change/?{trail}").status_code == 200
    there = desk.get(f"{LIST}{case.pk}/next/?{trail}")
    assert (there.status_code, there["Location"].startswith(LIST)) == (302, True)
    assert "secret" not in there["Location"]
    assert desk.get(there["Location"]).status_code == 200
