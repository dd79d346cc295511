"""The rows of the decision tables: each found by a story, one of D1 at most, said with its sums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cases.assessment import assess
from cases.assessment.circumstances import ACTIVATION, CIRCUMSTANCES
from cases.facts import read_facts
from cases.knowledge import Knowledge
from tests.scenario_check import plan_for, scenario, scenarios
from tests.strategies import Table, cases

ON = date(2026, 11, 22)
TABLES = "decision_tables"
TENTH = datetime.fromisoformat("2026-11-10T09:12")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def rows_of(facts: Table, on: date = ON) -> Mapping[str, dict[str, Any]]:
    return {row["id"]: row for row in plan_for(facts, on)["circumstances"]}


def in_service(at: str | None, by: str | None, requested_at: str | None) -> Table:
    """Ordered on the first, activated and asked for as given."""
    return {
        "order": {"placed_by_me": True, "placed_on": "2026-11-01"},
        "signals": {"carrier_record": "active"},
        "activation": {"at": at, "by": by},
        "dealings": {"requested_at": requested_at, "requested": requested_at is not None or None},
    }


def one_row(facts: Table) -> str:
    (row,) = (row["row"] for row in rows_of(facts).values() if row["row"].startswith("D1"))
    return str(row)


def test_every_row_is_found_by_a_story(knowledge: Knowledge) -> None:
    found = {
        row["row"]
        for story in scenarios()
        if story.file == TABLES
        for row in plan_for(story.facts, story.on)["circumstances"]
    }

    assert found == {row.row for row in knowledge.circumstances.values()}
    assert found == {*(f"D1{letter}" for letter in "abcdefg"), *(f"D{n}" for n in range(2, 11))}


@pytest.mark.parametrize(
    ("after", "row"),
    [
        (timedelta(0), "D1c"),
        (timedelta(hours=24), "D1c"),
        (timedelta(hours=24, minutes=1), "D1a"),
        (timedelta(hours=-24), "D1c"),
        (timedelta(hours=-24, minutes=-1), "D1e"),
    ],
)
def test_within_a_day_the_order_is_not_said(after: timedelta, row: str) -> None:
    at = (TENTH + after).isoformat(timespec="minutes")

    assert one_row(in_service(at, "someone_else", TENTH.isoformat(timespec="minutes"))) == row


@pytest.mark.parametrize(
    ("at", "row"), [("2026-11-09", "D1c"), ("2026-11-11", "D1c"), ("2026-11-12", "D1a")]
)
def test_without_the_hour_whole_days_are_compared(at: str, row: str) -> None:
    assert one_row(in_service(at, "someone_else", "2026-11-10T23:59")) == row


@pytest.mark.parametrize(
    ("by", "row"), [("me", "D1b"), ("unknown", "D1c"), (None, "D1c"), ("someone_else", "D1a")]
)
def test_after_the_request_the_hand_decides(by: str | None, row: str) -> None:
    assert one_row(in_service("2026-11-14", by, "2026-11-10")) == row


def test_a_person_who_activated_and_asked_on_one_day_activated_as_ordered() -> None:
    assert one_row(in_service("2026-11-10T09:00", "me", "2026-11-10T20:00")) == "D1d"


def test_without_times_nothing_is_judged() -> None:
    assert one_row(in_service(None, "someone_else", "2026-11-10")) == "D1g"
    assert one_row(in_service("2026-11-05", "unknown", "2026-11-10")) == "D1g"


@pytest.mark.parametrize("at", ["2026-11-14", None])
def test_another_hand_with_no_request_so_far_came_before_it(at: str | None) -> None:
    assert one_row(in_service(at, "someone_else", None)) == "D1e"


def test_where_only_the_day_is_missing_the_hand_is_not_called_unknown() -> None:
    (row,) = rows_of(in_service(None, "someone_else", "2026-11-10")).values()

    assert row["row"] == "D1g"
    assert not re.search("由谁激活还不清楚|不要说是谁激活", f"{row}")


def test_put_off_names_the_fifteenth_day_after_the_first_request() -> None:
    facts = {
        "payment": {"payee": "affiliate", "amount": "66.00"},
        "dealings": {"requested_at": "2026-11-10", "reply": "wait_for_settlement"},
    }
    says = rows_of(facts)["put_off_until_settlement"]["says"]

    assert "11月10日" in says
    assert "11月25日" in says


def test_put_off_on_an_unknown_day_names_none() -> None:
    says = rows_of({"dealings": {"reply": "wait_for_settlement"}})["put_off_until_settlement"]

    assert "次日起算十五日" in says["says"]
    assert "不详" not in says["says"]


@pytest.mark.parametrize(
    ("payment", "consumed", "rest"),
    [
        ({"amount": "66.00"}, "21.50", "44.50元"),
        ({"amount": "66.00", "first_top_up": "50.00"}, "21.50", "94.50元"),
        ({"amount": "66.00", "refunded": "40.00"}, "21.50", "4.50元"),
    ],
)
def test_used_is_taken_from_paid(payment: dict[str, str], consumed: str, rest: str) -> None:
    facts = {
        "payment": {"payee": "affiliate", **payment},
        "signals": {"carrier_record": "active", "used": True, "consumed": consumed},
    }
    says = rows_of(facts)["card_used"]["says"]

    assert says.count(rest) == 1
    assert "21.50元" in says


def test_when_all_was_used_nothing_is_left_to_ask_for() -> None:
    facts = {"signals": {"used": True, "consumed": "21.50"}, "payment": {"amount": "20.00"}}
    says = rows_of(facts)["card_used"]["says"]

    assert "没有可以退的差额" in says
    assert "谈退" not in says


def test_without_both_sums_the_sum_is_left_to_the_person() -> None:
    facts = {"signals": {"used": True}, "payment": {"amount": "66.00"}}

    assert "先算一笔账" in rows_of(facts)["card_used"]["says"]


def test_a_child_is_never_asked_for() -> None:
    story = scenario(TABLES, "D7: a pupil ordered")
    plan = plan_for(story.facts, story.on)
    row = next(row for row in plan["circumstances"] if row["id"] == "minor_ordered")

    assert any("证件" in never for never in row["never"])
    assert all("监护人" in step or "钱" in step or "年龄" in step for step in row["steps"])


@settings(max_examples=200, suppress_health_check=SLOW)
@given(case=cases())
def test_of_the_first_table_one_row_holds_at_most(case: tuple[Table, date]) -> None:
    table, on = case
    rows = [row["row"] for row in plan_for(table, on)["circumstances"]]

    assert sum(row.startswith("D1") and row != "D10" for row in rows) <= 1
    assert len(rows) == len(set(rows))


def test_every_activated_number_falls_under_one_row(knowledge: Knowledge) -> None:
    names = {row.__name__ for row in ACTIVATION}

    for story in scenarios():
        weighed = assess(read_facts(story.facts, on=story.on), knowledge, on=story.on)
        if weighed.stage.id == "activated" and not weighed.situation.iot:
            assert len(names & set(weighed.circumstances)) == 1, story.id


def test_names_stand_in_the_order_of_the_tables(knowledge: Knowledge) -> None:
    rows = [knowledge.circumstances[name].row for name in CIRCUMSTANCES]
    others = rows[len(ACTIVATION) :]

    assert others == [f"D{number}" for number in range(2, 11)]
