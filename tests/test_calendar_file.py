"""The calendar file: what to do and when, twice reminded, nothing personal in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import load
from cases.plan import make_plan
from cases.renderings.outline import outline
from cases.renderings.plan_ics import as_ics, has_days
from cases.renderings.plan_json import as_json
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import facts
from tests.walker import Walker

ON = date(2026, 11, 22)
FACTS: dict[str, Any] = {
    "order": {"number": "K20261103", "seller_name": "速卡网", "placed_on": "2026-11-03"},
    "payment": {"payee": "affiliate", "amount": "68.25", "paid_on": "2026-11-03"},
    "signals": {"carrier_record": "number_reserved"},
    "carrier": {"name": "china_mobile", "complained_on": "2026-11-16", "ticket": "G7788"},
    "dealings": {"requested_at": "2026-11-16"},
    "consumer": {"name": "林小满", "phone": "13800001234", "address": "长青路9号"},
}
PERSONAL = ("K20261103", "速卡网", "68", "G7788", "林小满", "13800001234", "长青路")


def plan_of(facts: dict[str, Any], on: date = ON) -> dict[str, Any]:
    return as_json(make_plan(assess(read_facts(facts, on=on), load(), on=on)))


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return plan_of(FACTS)


def events(file: bytes) -> list[Event]:
    return list(Calendar.from_ical(file).events)


def test_it_can_be_read_back(plan: dict[str, Any]) -> None:
    calendar = Calendar.from_ical(as_ics(plan))

    assert isinstance(calendar, Calendar)
    assert calendar.errors == []
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["x-wr-calname"] == "流量卡退款日程"
    assert calendar["x-wr-timezone"] == "Asia/Shanghai"


def test_who_has_answered_is_not_waited_for() -> None:
    carrier = FACTS["carrier"] | {"replied_on": "2026-11-20", "reply": "number_reserved"}
    answered = plan_of(FACTS | {"carrier": carrier})
    (row,) = (row for row in answered["deadlines"] if row["id"] == "carrier_reply_15d")

    assert row["answered"]
    assert "起可申诉" not in row["sum"]
    assert not [
        event for event in events(as_ics(answered)) if "运营商答复" in str(event["summary"])
    ]
    assert not [day for day in outline(answered)["days"] if "运营商答复" in day["what"]]


def test_what_else_may_be_done_today_is_said() -> None:
    asked = FACTS["dealings"] | {"reply": "refused", "replied_on": "2026-11-17"}
    shown = outline(plan_of(FACTS | {"dealings": asked}))
    more = sum(action["when"] == "now" for action in shown["actions"]) - 3

    assert more > 0
    assert f"还有{more}个渠道" in shown["today_more"]
    assert outline(plan_of({}))["today_more"] == ""


def test_its_lines_end_and_fold_as_the_standard_says(plan: dict[str, Any]) -> None:
    file = as_ics(plan)

    assert file.count(b"\n") == file.count(b"\r\n")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert file.endswith(b"END:VCALENDAR\r\n")


def test_every_coming_deadline_and_opening_has_a_day(plan: dict[str, Any]) -> None:
    ends = [
        row["safe_on"] if row["whose"] == "mine" else row["ends_on"] for row in plan["deadlines"]
    ]
    opens = [row["opens_on"] for row in plan["actions"] if row["opens_on"]]
    coming = sorted(day for day in [*ends, *opens] if day >= "2026-11-22")

    assert sorted(str(event.start) for event in events(as_ics(plan))) == coming
    assert len(opens) == 2


def test_a_day_that_is_over_is_left_out(plan: dict[str, Any]) -> None:
    later = plan_of(FACTS, date(2026, 12, 20))

    assert min(event.start for event in events(as_ics(later))) >= date(2026, 12, 20)


def test_each_day_is_whole_and_rings_twice(plan: dict[str, Any]) -> None:
    for event in events(as_ics(plan)):
        assert type(event.start) is date
        assert event.end == event.start + timedelta(days=1)
        triggers = [alarm.decoded("trigger") for alarm in event.walk("VALARM")]
        assert triggers == [timedelta(hours=9) - timedelta(days=3), timedelta(hours=9)]


def test_the_early_bell_does_not_say_that_it_is_the_day(plan: dict[str, Any]) -> None:
    for event in events(as_ics(plan)):
        early, late = [str(alarm["description"]) for alarm in event.walk("VALARM")]
        assert early == f"三天后：{event['summary']}"
        assert late == event["summary"]


@pytest.mark.parametrize(
    ("left", "early", "late"),
    [(3, "三天后：", 9), (2, "明天：", 9), (1, "明天：", 9), (0, "", 18)],
)
def test_no_bell_is_over_when_the_plan_is_made(
    plan: dict[str, Any], left: int, early: str, late: int
) -> None:
    day = min(row["ends_on"] for row in plan["deadlines"] if row["ends_on"] >= plan["on"])
    on = date.fromisoformat(day) - timedelta(days=left)
    first = min(events(as_ics({**plan, "on": str(on)})), key=lambda event: event.start)
    triggers = [alarm.decoded("trigger") for alarm in first.walk("VALARM")]
    words = [str(alarm["description"]) for alarm in first.walk("VALARM")]

    assert str(first.start) == day
    assert timedelta(days=-left, hours=9) <= triggers[0] < triggers[1] == timedelta(hours=late)
    assert words == [early + str(first["summary"]), str(first["summary"])]


def test_a_plan_without_days_has_no_calendar(plan: dict[str, Any]) -> None:
    assert has_days(plan)
    for on in (ON, date(2026, 12, 2), date(2028, 11, 3), date(2040, 1, 1)):
        for told in (FACTS, RESERVED, facts("wait_for_monthly_settlement")):
            made = plan_of(told, on)
            assert has_days(made) is bool(events(as_ics(made)))
    assert not has_days(plan_of(FACTS, date(2040, 1, 1)))


def test_nothing_personal_is_in_it(plan: dict[str, Any]) -> None:
    text = as_ics(plan).replace(b"\r\n ", b"").decode()
    without_keys = re.sub("(?m)^(UID|DT[A-Z]+)[:;].*$", "", text)

    assert [word for word in PERSONAL if word in without_keys] == []


def test_it_says_what_to_do_and_how_the_day_was_counted(plan: dict[str, Any]) -> None:
    by_summary = {str(event["summary"]): event for event in events(as_ics(plan))}
    opening = by_summary["可以用“电信用户申诉”了"]
    deadline = by_summary["运营商答复投诉：对方的最后一天，请看结果"]

    assert "11月16日投诉（当日不计）＋15日＝12月1日" in str(deadline["description"])
    assert "yhssglxt.miit.gov.cn" in str(opening["description"])


def test_an_estimate_says_so(plan: dict[str, Any]) -> None:
    rough = {**plan, "deadlines": [{**row, "estimated": True} for row in plan["deadlines"]]}

    # The two days that open follow a deadline, so they are no surer than it is.
    assert all(str(event["summary"]).startswith("约今天：") for event in events(as_ics(rough)))
    assert "估算" in str(events(as_ics(rough))[0]["description"])


def test_taken_in_again_it_replaces_its_own_days(plan: dict[str, Any]) -> None:
    first = events(as_ics(plan, case="a", revision=0))
    again = events(as_ics(plan_of(FACTS, date(2026, 11, 23)), case="a", revision=1))
    other = events(as_ics(plan, case="b"))

    assert {event["uid"] for event in first} == {event["uid"] for event in again}
    assert {event["sequence"] for event in again} == {1}
    assert not {event["uid"] for event in first} & {event["uid"] for event in other}
    assert len({event["uid"] for event in first}) == len(first)


def test_the_same_plan_gives_the_same_bytes(plan: dict[str, Any]) -> None:
    file = as_ics(plan, case="a")

    with time_machine.travel("2027-01-01T00:00:00+08:00"):
        assert as_ics(plan, case="a") == file
    assert b"DTSTAMP:20261122T000000Z" in file


@pytest.fixture
def lin(client: Client) -> Iterator[Walker]:
    """A person with a plan."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        lin = Walker(client)
        lin.answer(RESERVED)
        lin.submit()
        yield lin


@pytest.mark.django_db
def test_without_days_no_calendar_is_offered(client: Client, today: None) -> None:
    lin = Walker(client)
    lin.answer(facts("wait_for_monthly_settlement"))
    lin.submit()
    address = reverse("plan-ics", args=[lin.case_id])
    page = client.get(reverse("plan", args=[lin.case_id])).content.decode()
    everything = client.get(reverse("plan-zip", args=[lin.case_id])).getvalue()

    assert "下载：Word" in page
    assert address not in page
    assert "添加到日历" not in page
    assert client.get(address).status_code == 404
    assert not [
        name for name in zipfile.ZipFile(io.BytesIO(everything)).namelist() if ".ics" in name
    ]


@pytest.mark.django_db
def test_it_is_a_download_that_nobody_keeps(lin: Walker) -> None:
    response = lin.client.get(reverse("plan-ics", args=[lin.case_id]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Disposition"].startswith('attachment; filename="days-')
    assert str(lin.case_id).encode() not in response.content
    assert {event["sequence"] for event in events(response.content)} == {0}
