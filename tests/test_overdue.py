"""Content that nobody has looked at in time turns cautious by itself, and says so."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from cases.assessment import assess, overdue
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.knowledge.reviews import reviews
from cases.plan import make_plan
from cases.renderings.plan_json import as_json
from cases.renderings.plan_text import as_text
from cases.vocabulary import Strength

FACTS: dict[str, Any] = {
    "order": {"sales_channel": "affiliate_site", "placed_on": "2026-10-01"},
    "payment": {"payee": "affiliate", "method": "merchant_wechat", "amount": "68.00"},
    "signals": {"seller_page": "submitted"},
    "dealings": {
        "requested_at": "2026-10-02",
        "reply": "refused",
        "reasons": ["already_submitted"],
    },
    "terms": {"no_refund_clause": True, "clause_prominent": False},
}
LAST = date(2027, 5, 22)


def plan_on(on: date, knowledge: Knowledge) -> dict[str, Any]:
    return as_json(make_plan(assess(read_facts(FACTS, on=on), knowledge, on=on)))


@pytest.fixture
def one_review_on(knowledge: Knowledge) -> date:
    """The last day before any review is overdue."""
    return min(review.again_by for _, review in reviews(knowledge))


def test_all_is_well_up_to_the_day(knowledge: Knowledge, one_review_on: date) -> None:
    plan = plan_on(one_review_on, knowledge)

    assert not any(row["overdue"] for row in plan["findings"])
    assert any(row["strength"] == "strong" for row in plan["findings"])
    assert "review_overdue" not in [row["id"] for row in plan["warnings"]]


def test_from_the_day_after_nothing_is_sure(knowledge: Knowledge) -> None:
    plan = plan_on(LAST + timedelta(days=1), knowledge)

    assert all(row["overdue"] for row in plan["findings"] + plan["deadlines"])
    assert {row["strength"] for row in plan["findings"]} <= {"arguable", "needs_fact"}
    assert all(card["overdue"] for card in plan["cards"].values())
    assert "review_overdue" in [row["id"] for row in plan["warnings"]]


def test_a_letter_turns_cautious_too(knowledge: Knowledge) -> None:
    sure = plan_on(date(2026, 11, 22), knowledge)["letters"][0]["text"]
    careful = plan_on(LAST + timedelta(days=1), knowledge)["letters"][0]["text"]

    assert "我认为：" not in sure
    assert "我认为：" in careful


def test_one_law_left_alone_is_enough(knowledge: Knowledge) -> None:
    law = knowledge.laws["consumer_protection_law"]
    review = law.review.model_copy(update={"again_by": date(2026, 11, 23)})
    old = law.model_copy(update={"review": review})
    changed = replace(knowledge, laws={**knowledge.laws, "consumer_protection_law": old})
    on = date(2026, 11, 24)

    assert overdue(changed, "unfair_standard_term", on)
    assert not overdue(changed, "upstream_settlement_irrelevant", on)
    found = assess(read_facts(FACTS, on=on), changed, on=on).findings
    strengths = {finding.ground: finding.strength for finding in found}
    assert strengths["unfair_standard_term"] is Strength.ARGUABLE
    assert strengths["upstream_settlement_irrelevant"] is Strength.STRONG


@time_machine.travel(dt.datetime(2027, 6, 1, 4, tzinfo=dt.UTC), tick=False)
def test_the_command_says_so_when_its_clock_has_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(FACTS), encoding="utf-8")

    call_command("assess", str(facts))

    plan = json.loads(capsys.readouterr().out)
    assert plan["on"] == "2027-06-01"
    assert "review_overdue" in [row["id"] for row in plan["warnings"]]
    assert "过了复核日期" in as_text(plan)
