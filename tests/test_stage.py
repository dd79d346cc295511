"""What a stage rests on and overrules, in sentences; the table is scenarios/stages.toml."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.assessment.stage import StageFound, find_stage
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.vocabulary import Certainty, Stage

ON = date(2026, 11, 22)


def found(knowledge: Knowledge, **tables: Any) -> StageFound:
    return find_stage(read_facts(tables, on=ON), knowledge)


def test_it_works(knowledge: Knowledge) -> None:
    stage = found(knowledge, signals={"carrier_record": "active", "seller_page": "submitted"})

    assert (stage.id, stage.certainty) == (Stage.ACTIVATED, Certainty.CONFIRMED)
    assert stage.because == ("运营商说号码已经激活在用。",)
    assert stage.contradictions == (
        "订单页显示已提交；这和“运营商说号码已经激活在用”对不上，先按“运营商说号码已经激活在用”算。",
    )


def test_nothing_known_is_said(knowledge: Knowledge) -> None:
    stage = found(knowledge)

    assert (stage.id, stage.certainty) == (Stage.SUBMITTED, Certainty.ASSUMED)
    assert "还没有能说明阶段的信息" in stage.because[0]


@pytest.mark.parametrize(
    ("signals", "stage", "named"),
    [
        ({"carrier_record": "no_order", "seller_page": "submitted"}, Stage.SUBMITTED, 1),
        ({"carrier_record": "no_order", "parcel": "in_transit"}, Stage.PROVISIONED, 1),
        ({"carrier_record": "no_order", "parcel": "not_sent"}, Stage.AWAITING_SUBMISSION, 0),
        ({"carrier_record": "no_order", "service_works": True}, Stage.ACTIVATED, 1),
        ({"carrier_record": "cancelled", "parcel": "delivered"}, Stage.CLOSED, 1),
        ({"carrier_record": "active", "parcel": "delivered"}, Stage.ACTIVATED, 0),
        ({"service_works": True, "seller_page": "awaiting_submission"}, Stage.ACTIVATED, 1),
        ({"parcel": "refused", "seller_page": "delivered"}, Stage.CLOSED, 1),
        ({"parcel": "not_sent", "seller_page": "shipped"}, Stage.PROVISIONED, 0),
        ({"parcel": "refused", "seller_page": "shipped"}, Stage.CLOSED, 1),
        ({"parcel": "returned", "seller_page": "shipped"}, Stage.CLOSED, 1),
        ({"carrier_record": "cancelled", "seller_page": "shipped"}, Stage.CLOSED, 1),
        ({"carrier_record": "number_reserved", "parcel": "refused"}, Stage.SUBMITTED, 1),
        ({"carrier_record": "awaiting_activation", "parcel": "returned"}, Stage.PROVISIONED, 1),
        ({"carrier_record": "active", "parcel": "refused"}, Stage.ACTIVATED, 1),
        (
            {"carrier_record": "number_reserved", "parcel": "refused", "seller_page": "shipped"},
            Stage.SUBMITTED,
            2,
        ),
    ],
    ids=str,
)
def test_what_is_overruled_is_named(
    signals: dict[str, Any], stage: Stage, named: int, knowledge: Knowledge
) -> None:
    outcome = found(knowledge, signals=signals)

    assert outcome.id is stage
    assert len(outcome.contradictions) == named


def test_what_is_usual_of_a_parcel_that_came_back_is_not_called_odd(knowledge: Knowledge) -> None:
    reserved = {"carrier_record": "number_reserved", "parcel": "refused", "seller_page": "shipped"}
    told = "".join(found(knowledge, signals=reserved).contradictions)

    assert "对不上" not in told
    assert "快递已经拒收；号码可能还要留一段时间" in told
    assert "订单页显示已发货；订单页可能还没更新" in told


@pytest.mark.parametrize(
    "signals",
    [
        {"carrier_record": "active", "parcel": "refused", "seller_page": "shipped"},
        {"parcel": "refused", "seller_page": "delivered"},
        {"carrier_record": "cancelled", "seller_page": "shipped"},
        {"carrier_record": "no_order", "parcel": "refused", "seller_page": "activated"},
    ],
)
def test_what_does_not_fit_is_called_so(signals: dict[str, Any], knowledge: Knowledge) -> None:
    assert "对不上" in found(knowledge, signals=signals).contradictions[0]


def test_a_stranger_s_number_is_nobody_s_order(knowledge: Knowledge) -> None:
    stage = found(knowledge, order={"placed_by_me": False}, signals={"seller_page": "submitted"})

    assert stage.id is Stage.NOT_MINE
    assert len(stage.contradictions) == 1


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (
            {"order": {"placed_on": "2026-11-10"}, "activation": {"at": "2026-11-09"}},
            "激活日期早于下单日期",
        ),
        ({"activation": {"at": "2026-11-09"}}, "您填了激活时间"),
        ({"carrier": {"complained": False, "complained_on": "2026-11-09"}}, "投诉日期"),
        ({"dealings": {"requested": False, "requested_at": "2026-11-09"}}, "提出的日期"),
    ],
    ids=str,
)
def test_dates_that_do_not_fit_are_named(
    tables: dict[str, Any], words: str, knowledge: Knowledge
) -> None:
    assert any(words in sentence for sentence in found(knowledge, **tables).contradictions)
