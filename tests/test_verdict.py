"""Where the drawing of the three parties puts the order, the money and the power to stop."""

from __future__ import annotations

from typing import Any

import pytest

from cases.assessment.situation import Situation
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.views.verdict import Verdict, verdict
from tests.stories import ON

PAID = {"payee": "affiliate", "amount": "59.00"}


def drawn(knowledge: Knowledge, **facts: Any) -> Verdict:
    """The verdict on these facts."""
    return verdict(Situation(facts=read_facts(facts, on=ON), knowledge=knowledge, on=ON))


@pytest.mark.parametrize(
    ("record", "order_at", "stopped_by"),
    [
        ("no_order", "网盟", "网盟"),
        ("order_seen", "运营商", "运营商"),
        ("awaiting_activation", "运营商", "运营商"),
        ("active", "运营商", "运营商"),
        ("cancelled", "", ""),
    ],
)
def test_order_and_stop_follow_the_stage(
    knowledge: Knowledge, record: str, order_at: str, stopped_by: str
) -> None:
    found = drawn(knowledge, signals={"carrier_record": record})

    assert (found.order_at, found.stopped_by) == (order_at, stopped_by)


@pytest.mark.parametrize(
    ("facts", "money_at"),
    [
        ({"payment": PAID}, "网盟"),
        ({"payment": PAID | {"payee": "carrier"}}, "运营商"),
        ({"payment": {"payee": "nobody"}}, ""),
        ({}, ""),
        (
            {
                "payment": PAID | {"payee": "marketplace"},
                "order": {"sales_channel": "marketplace"},
            },
            "卖家和平台",
        ),
    ],
)
def test_money_is_with_whom_it_was_paid_to(knowledge: Knowledge, facts: Any, money_at: str) -> None:
    assert drawn(knowledge, **facts).money_at == money_at


def test_the_verdict_says_why_and_what_contradicts_it(knowledge: Knowledge) -> None:
    signals = {"carrier_record": "active", "seller_page": "awaiting_submission"}

    found = drawn(knowledge, signals=signals)

    assert found.because
    assert found.contradictions
