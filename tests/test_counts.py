"""What is counted of the way through the steps, and that reading a page never writes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import CharField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import services
from cases.models import DailyCount
from cases.services.counts import Counted
from cases.urls import urlpatterns
from cases.wizard.answers import clean_answers
from cases.wizard.steps import BY_NAME, walk
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

ON = date(2026, 11, 22)
SHOWN, ANSWERED, ERROR = DailyCount.Kind.SHOWN, DailyCount.Kind.ANSWERED, DailyCount.Kind.ERROR
MOST_THREADS = 8

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    return Walker(client)


def counted(kind: DailyCount.Kind) -> dict[str, int]:
    return dict(DailyCount.objects.filter(kind=kind).values_list("step", "number"))


def errors() -> dict[tuple[str, str, str], int]:
    rows = DailyCount.objects.filter(kind=ERROR)
    return {(row.step, row.field, row.code): row.number for row in rows}


def longest(column: str) -> int:
    field = DailyCount._meta.get_field(column)
    assert isinstance(field, CharField)
    return field.max_length or 0


# ---- the service


def test_it_adds_one_to_the_row_of_the_day() -> None:
    services.counts.count(Counted(SHOWN, "payee"), on=ON)
    services.counts.count(Counted(SHOWN, "payee"), Counted(ANSWERED, "card_kind"), on=ON)
    services.counts.count(Counted(SHOWN, "payee"), on=ON + timedelta(days=1))

    rows = DailyCount.objects.values_list("on", "kind", "step", "number").order_by("on", "step")
    assert list(rows) == [
        (ON, "answered", "card_kind", 1),
        (ON, "shown", "payee", 2),
        (ON + timedelta(days=1), "shown", "payee", 1),
    ]


def test_one_event_counts_once_and_no_event_asks_nothing() -> None:
    fault = Counted(ERROR, "payee", "payment__payee", "required")
    services.counts.count(fault, fault, on=ON)
    assert DailyCount.objects.get().number == 1
    with CaptureQueriesContext(connection) as queries:
        services.counts.count(on=ON)
    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing() -> None:
    def count_both(_number: int) -> None:
        try:
            services.counts.count(Counted(SHOWN, "payee"), Counted(ANSWERED, "card_kind"), on=ON)
        finally:
            connection.close()

    with ThreadPoolExecutor(MOST_THREADS) as threads:
        list(threads.map(count_both, range(40)))

    assert [row.number for row in DailyCount.objects.all()] == [40, 40]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PRAGMA is SQLite's")
def test_a_database_that_is_away_costs_the_count_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        with caplog.at_level(logging.WARNING):
            services.counts.count(Counted(SHOWN, "payee"), on=ON)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")

    assert "not counted: OperationalError" in caplog.text
    assert not DailyCount.objects.exists()


# ---- on the way


def test_each_step_of_the_way_is_shown_and_answered_once(lin: Walker) -> None:
    lin.walk(RESERVED)
    lin.submit()

    asked = [step.name for step in walk(clean_answers(lin.case.answers)).asked]
    assert counted(SHOWN) == dict.fromkeys([*asked, "check", "plan"], 1)
    assert counted(ANSWERED) == dict.fromkeys([*asked, "check"], 1)


def test_what_is_wrong_is_counted_by_question_and_reason(lin: Walker) -> None:
    lin.post("situation", {})
    lin.post("situation", {})
    lin.post("situation", {"order__placed_by_me": "我的身份证号是"})

    assert errors() == {
        ("situation", "order__placed_by_me", "required"): 2,
        ("situation", "order__placed_by_me", "invalid_choice"): 1,
    }
    assert counted(ANSWERED) == {}


def test_going_back_and_changing_an_answer_are_not_counted(lin: Walker) -> None:
    lin.walk(RESERVED)
    before = list(DailyCount.objects.order_by("pk").values())
    lin.post("payee", {"payment__payee": "marketplace"}, **{"from": "check"})
    lin.post("payee", {"payment__payee": "marketplace"}, nav="back")

    assert list(DailyCount.objects.order_by("pk").values()) == before


def test_an_answer_costs_one_write_of_counts(lin: Walker) -> None:
    with CaptureQueriesContext(connection) as queries:
        lin.post("situation", {"order__placed_by_me": "mine"})

    touched = Counter(
        query["sql"].split()[0] for query in queries if "cases_dailycount" in query["sql"]
    )
    assert touched == {"INSERT": 1, "SELECT": 1, "UPDATE": 1}


def test_no_name_is_too_long_for_its_column(lin: Walker) -> None:
    fields = {name for step in BY_NAME.values() for name in step.form.base_fields}
    assert max(map(len, BY_NAME)) <= longest("step")
    # With room for what the page of the filings puts around its own.
    assert max(map(len, fields)) + 20 <= longest("field")


def test_every_fault_has_a_code(lin: Walker) -> None:
    for step in BY_NAME.values():
        form = step.form({}, answers={}, on=ON)
        found = [each.code for rows in form.errors.as_data().values() for each in rows]
        assert all(found), step.name


# ---- reading


def test_reading_any_page_writes_no_row(lin: Walker) -> None:
    lin.walk(RESERVED)
    lin.submit()
    before = {model: model._default_manager.count() for model in apps.get_models()}
    addresses = [
        reverse(route.name, args=[lin.case_id] if "<uuid:case>" in str(route.pattern) else [])
        for route in urlpatterns
        if route.name
        and str(route.pattern).count("<") == str(route.pattern).count("<uuid:case>")
        and not str(route.pattern).endswith(("pdf", "docx", "pictures/", "download/"))
    ]
    for address in [*addresses, *map(lin.url, BY_NAME)]:
        with CaptureQueriesContext(connection) as queries:
            lin.client.get(address)
            lin.client.head(address)
        written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert [each for each in written if "dailycount" in each] == [], address

    assert {model: model._default_manager.count() for model in apps.get_models()} == before


# ---- retention


def test_counts_go_after_four_hundred_days() -> None:
    for days in (400, 401):
        services.counts.count(Counted(SHOWN, "payee"), on=ON - timedelta(days=days))

    assert services.disposal.purge(timezone.now(), dry_run=True)["counts"] == 1
    assert services.disposal.purge(timezone.now(), dry_run=False)["counts"] == 1
    assert DailyCount.objects.get().on == ON - timedelta(days=400)
