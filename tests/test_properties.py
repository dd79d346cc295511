"""What holds for every case there can be: hundreds a run, tens of thousands in `make soak`."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cases.lanes import DISPUTE_BODIES, REFUSALS
from tests.scenario_check import Plan, misshapen, plan_for, texts_of, without_titles
from tests.strategies import Table, cases, cases_and_one_more_fact, in_order

SERIOUS = {
    "police_matters",
    "forged_identity_registration",
    "in_person_registration",
    "punitive_damages",
    "voidable_for_fraud",
}
ACTIVE = ("waiting", "now", "later")
ZERO_SUM = re.compile(r"(?<![\d.])0(\.0+)?元|¥0|(?<!\d)0\.00")
# The day and number of the complaint to the carrier, or blanks for them.
TICKET = re.compile(r"(\d日|】)[^\n]{0,20}投诉[^\n]{0,20}工单")
# What may open an official channel that was withheld: facts that its reason is about.
OPENERS = {
    "telecom_escalation": (
        "carrier.*",
        "signals.*",
        "activation.*",
        "order.placed_by_me",
        "payment.first_top_up",
    ),
    "police": ("activation.*", "signals.*", "order.placed_by_me"),
}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def unlawful(plan: Plan, table: Table, on: date) -> Iterator[str]:
    """Everything that is wrong with a plan for these facts."""
    yield from misshapen(plan)
    yield from _two_bodies(plan, table)
    yield from _escalation(plan, table, on)
    yield from _past(plan, on)
    yield from _deadlines(plan)
    yield from _findings(plan)
    yield from _letters(plan, table)


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
    refused = carrier.get("reply") in REFUSALS or _filed_in_vain(table)
    for row in rows:
        if row["when"] == "now" and early and not refused:
            yield "an escalation before its day"


def _filed_in_vain(table: Table) -> bool:
    """Whether the complaint to the carrier is told as a filing, and that it came to nothing."""
    filed = (row for row in table.get("filed") or [] if row["channel"] == "carrier_complaint")
    return any(row.get("outcome") in ("refused", "ended") for row in filed)


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


def _letters(plan: Plan, table: Table) -> Iterator[str]:
    police = any(row["ground"] == "police_matters" for row in plan["findings"])
    free = _nothing_paid(table)
    for row in plan["letters"]:
        for text in map(without_titles, texts_of(row)):
            if ZERO_SUM.search(text):
                yield f"{row['channel']} asks for nothing in yuan"
            if not police and ("诈骗" in text or "犯罪" in text):
                yield f"{row['channel']} accuses"
        if free and "退还" in row["requests"]:
            yield f"{row['channel']} asks for money back that was never paid"
        if row["channel"] == "telecom_escalation" and not TICKET.search(row["text"]):
            yield "an escalation without the day and number of the complaint"


def _nothing_paid(table: Table) -> bool:
    payment = table.get("payment") or {}
    paid = [payment.get("amount"), payment.get("first_top_up")]
    charged = (table.get("carrier") or {}).get("fee_event_on")
    return not charged and not any(Decimal(sum) if sum else sum is None for sum in paid)


def opened(plan: Plan, on: date, told: Table, fact: str) -> Iterator[str]:
    """Official channels that were withheld, and that one more fact opens without being a reason.

    `told` is the table with that fact.
    """
    if in_order(copy.deepcopy(told)) != told:
        return  # a date would have to move: that is another case, not one more fact
    advised = {(row["channel"], row["respondent"]) for row in plan_for(told, on)["actions"]}
    for row in plan["withheld"]:
        reasons = OPENERS.get(row["channel"], ())
        opens = (row["channel"], row["respondent"]) in advised
        if opens and not any(fnmatch(fact, reason) for reason in reasons):
            yield f"{row['channel']} opens because of {fact}: {row['why']}"


def check(table: Table, on: date, told: Table, fact: str) -> None:
    plan = plan_for(table, on)

    assert list(unlawful(plan, table, on)) == []
    if told != table:
        assert list(opened(plan, on, told, fact)) == []


@settings(max_examples=1_000, suppress_health_check=SLOW)
@given(case=cases_and_one_more_fact())
def test_every_plan_keeps_the_rules(case: tuple[Table, date, Table, str]) -> None:
    check(*case)


@settings(max_examples=100, suppress_health_check=SLOW)
@given(case=cases())
def test_the_same_facts_give_the_same_plan(case: tuple[Table, date]) -> None:
    assert json.dumps(plan_for(*case)) == json.dumps(plan_for(*case))


# Twenty thousand in four parts, which may run beside each other.
@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
@settings(max_examples=5_000, suppress_health_check=SLOW)
@given(case=cases_and_one_more_fact())
def test_every_plan_keeps_the_rules_for_long(
    part: int, case: tuple[Table, date, Table, str]
) -> None:
    check(*case)
