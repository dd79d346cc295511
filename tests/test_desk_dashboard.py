"""The desk's front page: right numbers, from counters alone, small ones hidden, links that fit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cases.admin.dashboard import PERIODS, Dashboard, dashboard, days_asked
from cases.admin.outcomes import DAYS_A_BAR
from cases.admin.tables import Line, Table, median
from cases.models import NO_DATE, Case, CaseCount, DailyCount, Seller
from cases.services import answers, desk, plans
from tests.desk import member, signed_in, staff

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 22)
VENDOR = Path("static/vendor")
Kind = CaseCount.Kind


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def count(kind: Kind, key: str = "", number: int = 1, ago: int = 0) -> None:
    CaseCount.objects.create(kind=kind, on=ON - timedelta(days=ago), key=key, number=number)


def seen(step: str, shown: int, answered: int) -> None:
    for kind, number in (("shown", shown), ("answered", answered)):
        DailyCount.objects.create(on=ON, kind=kind, step=step, number=number)


def lines(name: str, days: int = 30) -> tuple[Line, ...]:
    """The lines of one table of the page."""
    return table(dashboard(ON, days), name).lines


def table(board: Dashboard, name: str) -> Table:
    tables = (*board.open_tables, *board.outcome_tables, *board.way_tables)
    return next(each for each in tables if each.name == name)


def cells(name: str, days: int = 30) -> dict[str, list[Any]]:
    return {str(line.name): list(line.cells) for line in lines(name, days)}


# ---- what stands open


def test_it_works() -> None:
    count(Kind.DUE, number=2)
    count(Kind.DUE, number=3, ago=1)
    count(Kind.DUE, number=4, ago=-7)
    CaseCount.objects.create(kind=Kind.DUE, on=NO_DATE, number=5)

    page = staff("reader").get("/desk/")

    figures = {str(each.label): each.count for each in page.context["board"].open}
    assert figures == {"未结": 14, "今天到期": 2, "已过": 3, "未来 7 天": 4}
    assert "/desk/cases/case/?assignee=all&amp;due=over" in page.content.decode()


def test_open_cases_stand_by_stage_and_age() -> None:
    for ago in (0, 3, 4, 15, 16, 31):
        count(Kind.OPEN, "activated", ago=ago)
    count(Kind.OPEN, "", 2)

    found = lines("open")

    assert [(str(line.name), list(line.cells), line.query) for line in found] == [
        ("已激活", [2, 1, 1, 1, 1, 6], "?assignee=all&stage=activated"),
        ("不清楚", [2, 0, 0, 0, 0, 2], None),
    ]


def test_the_load_names_reviewers_and_puts_first_what_nobody_has() -> None:
    wu = member("reviewer", name="wu")
    count(Kind.LOAD, f"{wu.pk}", 7)
    count(Kind.LOAD, "999", 9)
    count(Kind.LOAD, "", 1)
    count(Kind.LOAD, "12", 0)

    assert [(str(line.name), line.cells, line.query) for line in lines("load")] == [
        ("无人认领", [1], "?assignee=none"),
        ("已删除的账号", [9], "?assignee=999"),
        ("wu", [7], f"?assignee={wu.pk}"),
    ]


# ---- what happened in a period


def test_a_period_counts_its_days_and_no_other() -> None:
    for ago in (0, 6, 7, 29, 30, 89, 90, 364, 365):
        count(Kind.SUBMITTED, "activated", ago=ago)

    totals = {days: dashboard(ON, days).outcomes[0].count for days in PERIODS}

    assert totals == {7: 2, 30: 4, 90: 6, 365: 8}
    for days, total in totals.items():
        bars = cells("flow", days)
        assert sum(came for came, _went in bars.values()) == total
        assert len(bars) == -(-days // DAYS_A_BAR[days])


def test_each_line_of_the_flow_names_its_days() -> None:
    assert list(cells("flow", 7)) == [f"11月{day}日" for day in range(16, 23)]
    assert list(cells("flow"))[-1] == "11月18日–11月22日"
    assert list(cells("flow", 365))[0] == "11月23日–12月16日"


def test_refunds_have_a_median() -> None:
    count(Kind.REFUND_DAYS, "3", 2)
    count(Kind.REFUND_DAYS, "10", 2)
    count(Kind.REFUND_DAYS, "90", 1)
    count(Kind.CLOSED, "refunded", 5)
    count(Kind.CLOSED, "advised", 6)

    figures = {str(each.label): each.count for each in dashboard(ON, 30).outcomes}

    assert figures == {"提交": 0, "结案": 11, "其中退款到账": 5, "提交到退款的天数（中位数）": 10}
    assert cells("reasons") == {"已答复，没有后续": [6], "已全额退款": [5]}


def test_small_numbers_of_a_carrier_are_hidden() -> None:
    count(Kind.CARRIER, "china_unicom", 4)
    count(Kind.CARRIER, "china_mobile", 5)
    count(Kind.CARRIER_DAYS, "china_unicom:3", 4)
    count(Kind.CARRIER_DAYS, "china_mobile:8", 3)
    count(Kind.CARRIER_DAYS, "china_mobile:9", 2)

    assert cells("carriers") == {
        "中国移动": [5, 5, 8],
        "中国联通": ["少于 5", "少于 5", "–"],
    }


def test_sellers_are_named_from_five_cases_on() -> None:
    one, other, few = (Seller.objects.create(name=name) for name in ("甲", "乙", "丙"))
    count(Kind.SELLER, f"{one.pk}", 9)
    count(Kind.SELLER, f"{other.pk}", 5)
    count(Kind.SELLER, f"{few.pk}", 4)
    count(Kind.SELLER_DAYS, f"{one.pk}:4", 5)
    count(Kind.SELLER_DAYS, f"{other.pk}:30", 5)
    count(Kind.SELLER_DAYS, f"{few.pk}:60", 4)

    page = staff("reader").get("/desk/").content.decode()

    assert cells("sellers") == {"甲": [9, 5, 4], "乙": [5, 5, 30]}
    assert list(cells("slowest")) == ["乙", "甲"]
    assert "另有 1 家，每家少于 5 件。" in page
    assert "丙" not in page
    assert f"?assignee=all&amp;status=all&amp;seller={one.pk}" in page


def test_what_people_told_stands_by_channel_beside_what_came() -> None:
    for channel, came in (("heimao", 40), ("affiliate_service", 9), ("police", 3), ("", 4)):
        count(Kind.CHANNEL, channel, came)
    for key, number in (("all", 6), ("part", 1), ("none", 5), ("no_money", 2)):
        count(Kind.OUTCOME, f"heimao:{key}", number)
    count(Kind.OUTCOME, "affiliate_service:all", 4)
    count(Kind.OUTCOME, "police:none", 2)
    count(Kind.OUTCOME, "heimao:all", 90, ago=31)
    for helped, number in (("heimao", 7), ("police", 3), ("unclear", 8), ("other", 1)):
        count(Kind.HELPED, helped, number)

    found = table(dashboard(ON, 30), "told")

    assert [(str(line.name), list(line.cells), line.query) for line in found.lines] == [
        ("黑猫投诉", ["14 / 40", 6, "少于 5", 5, 7], "?assignee=all&status=all&channel=heimao"),
        ("其余 3 个渠道", ["6 / 16", "少于 5", 0, "少于 5", "少于 5"], None),
    ]
    assert "说是别的办法的 少于 5，说不清的 8" in str(found.note)
    assert "%" not in str(found.note)


def test_of_a_few_reports_it_says_only_that_they_are_few() -> None:
    count(Kind.CHANNEL, "heimao", 40)
    assert lines("told") == ()

    count(Kind.OUTCOME, "heimao:all", 4)

    assert cells("told") == {"黑猫投诉": ["少于 5 / 40", "–", "–", "–", 0]}


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 5), max_size=8))
def test_the_median_is_the_middle_one(numbers: dict[int, int]) -> None:
    all_of_them = sorted(number for number, often in numbers.items() for _ in range(often))
    middle = all_of_them[(len(all_of_them) - 1) // 2] if all_of_them else None
    assert median(numbers) == middle


# ---- the way through the questions


def test_it_shows_where_people_stop() -> None:
    seen("situation", 100, 90)
    seen("payee", 80, 40)
    seen("check", 20, 19)
    seen("carrier", 10, 12)

    stops = table(dashboard(ON, 30), "stops")

    assert [list(line.cells) for line in stops.lines] == [
        [80, 40, 40, "50%"],
        [100, 90, 10, "10%"],
        [20, 19, 1, "5%"],
    ]
    shown = [line.cells[0] for line in stops.folded]
    assert shown == [100, 80, 10, 20]


def test_errors_are_told_by_question_and_reason() -> None:
    for field, code, number in (("payment__payee", "required", 3), ("gone", "new_code", 5)):
        DailyCount.objects.create(
            on=ON, kind="error", step="payee", field=field, code=code, number=number
        )
    DailyCount.objects.create(on=ON, kind="error", step="reply", code="unknown", number=50)

    assert [list(line.cells) for line in lines("errors")] == [["new_code", 5], ["没有回答", 3]]


# ---- the page


def test_the_number_of_queries_is_small_and_does_not_grow() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            dashboard(ON, 365)
        assert not [each for each in captured if '"cases_case"' in each["sql"]]
        return len(captured)

    few = queries()
    for ago in range(40):
        seller = Seller.objects.create(name=f"店{ago}")
        for kind in (Kind.OPEN, Kind.DUE, Kind.SUBMITTED):
            count(kind, "activated", 6, ago)
        count(Kind.CLOSED, "advised", 6, ago)
        count(Kind.LOAD, "999", 6, ago)
        count(Kind.SELLER, f"{seller.pk}", 6, ago)
        count(Kind.SELLER_DAYS, f"{seller.pk}:{ago}", 6, ago)
    # Names of sellers and of reviewers are asked for once there are any.
    assert queries() <= few + 2 <= 8


@pytest.mark.parametrize("asked", ["7", "365", "", "1", "9999999", "x'", "-7"])
def test_any_period_may_be_asked_for(asked: str) -> None:
    page = staff("reader").get("/desk/", {"days": asked})
    assert page.status_code == 200
    assert page.context["board"].period.days == (int(asked) if asked in ("7", "365") else 30)
    assert days_asked(asked) in PERIODS


def test_who_may_not_see_cases_sees_no_numbers() -> None:
    count(Kind.DUE, number=12345)

    page = staff().get("/desk/")

    assert page.context["board"] is None
    assert "12345" not in page.content.decode()
    assert "chart.js" not in page.content.decode()


def test_every_chart_has_its_table_and_is_hidden_from_readers() -> None:
    count(Kind.OPEN, "activated", 3)
    count(Kind.CLOSED, "advised", 3)
    seen("payee", 8, 4)

    page = staff("reader").get("/desk/").content.decode()

    named = re.findall(r'<canvas data-table="([^"]+)"', page)
    assert {"table-open", "table-flow", "table-reasons", "table-stops"} <= set(named)
    for name in named:
        assert f'<table id="{name}">' in page
    assert page.count('class="chart" aria-hidden="true" hidden') == len(named)


def test_the_links_lead_to_lists_that_open() -> None:
    client = signed_in(member("reader", "reviewer", name="wu"))
    count(Kind.OPEN, "activated", 3)
    count(Kind.DUE, number=3)
    count(Kind.CARRIER, "china_unicom", 9)
    count(Kind.LOAD, "", 2)
    page = client.get("/desk/").content.decode()

    addresses = set(re.findall(r'href="(/desk/cases/case/[^"]*)"', page))
    assert any("carrier=china_unicom" in address for address in addresses)
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_each_number_is_that_of_its_list() -> None:
    wu = signed_in(member("reviewer", name="wu"))
    days = (ON, ON - timedelta(days=1), ON + timedelta(days=7), ON + timedelta(days=8), None)
    for number, day in enumerate(days):
        _submitted(f"{number}", day)
    with desk.written(Case.objects.all()[0], version=None) as taken:
        taken.assignee = member("reviewer", name="zhao")

    board = dashboard(ON, 30)

    for figure in board.open:
        assert len(_listed(wu, figure.query)) == figure.count, figure.label
    for line in (*lines("open"), *lines("load"), *lines("carriers")):
        listed, said = len(_listed(wu, line.query)), line.cells[-1 if len(line.cells) > 4 else 0]
        assert listed == said, line.name


def _submitted(key: str, next_on: date | None) -> None:
    summary = {"stage": "activated", "carrier": "china_unicom", "next_on": next_on}
    plans.submit(
        answers.open_case(),
        key=key,
        on=ON,
        plan={"letters": []},
        knowledge_version="0",
        summary=cast("plans.Summary", summary),
    )


def _listed(client: Client, query: str | None) -> list[Case]:
    response = client.get(f"/desk/cases/case/{query}")
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_nobody_sees_it_without_signing_in(client: Client) -> None:
    assert client.get("/desk/")["Location"] == "/desk/login/?next=/desk/"


def test_the_library_is_the_one_that_was_published() -> None:
    script = settings.BASE_DIR / VENDOR / "chart.js"
    readme = (settings.BASE_DIR / VENDOR / "README.md").read_text("utf-8")
    assert hashlib.sha256(script.read_bytes()).hexdigest() in readme
    assert "Chart.js v4.6.1" in script.read_text("utf-8")[:100]
