"""What holds for every case there can be: hundreds a run, tens of thousands in `make soak`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cases.lanes import DISPUTE_BODIES, REFUSALS
from tests.scenario_check import Plan, misshapen, plan_for, without_titles
from tests.strategies import Table, cases

SERIOUS = {
    "police_matters",
    "forged_identity_registration",
    "in_person_registration",
    "punitive_damages",
    "voidable_for_fraud",
}
ACTIVE = ("waiting", "now", "later")
ZERO_SUM = re.compile(r"(?<![\d.])0(\.0+)?元|¥0|(?<!\d)0\.00")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def unlawful(plan: Plan, table: Table, on: date) -> Iterator[str]:
    """Everything that is wrong with a plan for these facts."""
    yield from misshapen(plan)
    yield from _two_bodies(plan, table)
    yield from _escalation(plan, table, on)
    yield from _past(plan, on)
    yield from _deadlines(plan)
    yield from _findings(plan)
    yield from _letters(plan)


def _two_bodies(plan: Plan, table: Table) -> Iterator[str]:
    """One body a respondent, whatever the person has already set going beside it."""
    filed = {
        (row["channel"], row.get("against"))
        for row in table.get("filed") or []
        if not row.get("closed_on") and not row.get("outcome")
    }
    chosen: dict[Any, list[str]] = {}
    for row in plan["actions"]:
        if row["channel"] in DISPUTE_BODIES and row["when"] in ACTIVE:
            chosen.setdefault(row["respondent"], []).append(row["channel"])
    for party, channels in chosen.items():
        others = {c for c, against in filed if c in DISPUTE_BODIES and against == party}
        ours = [channel for channel in channels if channel not in others]
        if len(ours) + bool(others) > 1 and not {(c, None) for c in ours} & filed:
            yield f"{channels} against {party}, while {others} are filed"


def _escalation(plan: Plan, table: Table, on: date) -> Iterator[str]:
    rows = [row for row in plan["actions"] if row["channel"] == "telecom_escalation"]
    found = any(row["ground"] == "escalation_admissible" for row in plan["findings"])
    if found is not bool(rows):
        yield "escalation_admissible without the action, or the action without it"
    if rows and (table.get("order") or {}).get("card_kind") == "iot":
        yield "an escalation for an IoT card"
    carrier = table.get("carrier") or {}
    early = carrier.get("complained_on") and on <= date.fromisoformat(
        carrier["complained_on"]
    ) + timedelta(days=15)
    for row in rows:
        if row["when"] == "now" and early and carrier.get("reply") not in REFUSALS:
            yield "an escalation before its day"


def _past(plan: Plan, on: date) -> Iterator[str]:
    today = on.isoformat()
    for row in plan["actions"] + plan["withheld"]:
        if row["opens_on"] and row["opens_on"] <= today:
            yield f"{row['channel']} opens in the past"
        if row.get("by") and row["by"] < today:
            yield f"{row['channel']} is due in the past"


def _deadlines(plan: Plan) -> Iterator[str]:
    for row in plan["deadlines"]:
        if not row["starts_on"] <= row["safe_on"] <= row["ends_on"]:
            yield f"{row['id']} ends before it starts"
        theirs = row["whose"] == "theirs"
        following = (date.fromisoformat(row["ends_on"]) + timedelta(days=1)).isoformat()
        if row["escalate_on"] != (following if theirs else None):
            yield f"{row['id']} escalates on {row['escalate_on']}"


def _findings(plan: Plan) -> Iterator[str]:
    grounds = {row["ground"] for row in plan["findings"]}
    if plan["stage"]["id"] == "activated" and "seven_day_withdrawal" in grounds:
        yield "an activated card sent back without a reason"
    for row in plan["findings"]:
        if row["strength"] == "needs_fact" and row["ground"] in SERIOUS:
            yield f"{row['ground']} on an open fact"
        wanted = (1, 2) if row["strength"] == "needs_fact" else (0,)
        if len(row["missing"]) not in wanted:
            yield f"{row['ground']} is {row['strength']} and misses {len(row['missing'])}"


def _letters(plan: Plan) -> Iterator[str]:
    police = any(row["ground"] == "police_matters" for row in plan["findings"])
    for row in plan["letters"]:
        text = without_titles(row["text"])
        if ZERO_SUM.search(text):
            yield f"{row['channel']} asks for nothing in yuan"
        if not police and ("诈骗" in text or "犯罪" in text):
            yield f"{row['channel']} accuses"


def check(case: tuple[Table, date]) -> None:
    table, on = case
    plan = plan_for(table, on)

    assert list(unlawful(plan, table, on)) == []
    assert json.dumps(plan) == json.dumps(plan_for(table, on)), "the same facts, another plan"


@settings(max_examples=300, suppress_health_check=SLOW)
@given(case=cases())
def test_every_plan_keeps_the_rules(case: tuple[Table, date]) -> None:
    check(case)


@pytest.mark.soak
@settings(max_examples=20_000, suppress_health_check=SLOW)
@given(case=cases())
def test_every_plan_keeps_the_rules_for_long(case: tuple[Table, date]) -> None:
    check(case)
