"""The checklist before buying: complete, in order, ready to paste, calm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

import pytest
from pydantic import ValidationError

from cases.knowledge import Knowledge
from cases.knowledge.banned_words import banned
from cases.knowledge.schema import Precaution
from cases.vocabulary import Confidence, Moment

# The checklist of domain.md 7, (1) to (27).
REVIEWED = frozenset(
    {
        "read_refund_terms",
        "prefer_written_promise",
        "pay_inside_guaranteed_order",
        "keep_order_records",
        "distrust_very_low_price",
        "check_seller_registration",
        "ask_carrier_about_tariff",
        "see_order_at_carrier",
        "read_whole_tariff",
        "top_up_on_official_page",
        "no_deposit_by_transfer",
        "no_personal_payment",
        "guard_id_photos",
        "never_share_codes",
        "count_own_numbers",
        "order_in_own_name",
        "refuse_iot_cards",
        "check_region_and_age",
        "choose_reachable_address",
        "check_before_activation",
        "screenshot_at_order",
        "note_company_on_bill",
        "compare_total_cost",
        "decide_with_family",
        "cancel_early",
        "keep_unactivated",
        "avoid_repeat_orders",
    }
)
ON = date(2026, 11, 22)
PRACTICE = "以页面或客服答复为准"


def texts(item: Precaution) -> Iterator[str]:
    yield from (item.text, item.why, item.look_at, item.ask)


def test_it_works(knowledge: Knowledge) -> None:
    assert set(knowledge.precautions) >= REVIEWED
    assert len(knowledge.precautions) >= len(REVIEWED) + 8


def test_the_order_has_no_gap_and_no_double(knowledge: Knowledge) -> None:
    orders = [item.order for item in knowledge.precautions.values()]

    assert orders == list(range(1, len(orders) + 1))


def test_the_order_follows_the_moments(knowledge: Knowledge) -> None:
    moments = [moment for moment, _ in groupby(i.moment for i in knowledge.precautions.values())]

    assert moments == list(Moment)


def test_each_says_a_thing_of_its_own(knowledge: Knowledge) -> None:
    items = knowledge.precautions.values()

    for said in ({i.text for i in items}, {i.look_at for i in items}, {i.ask for i in items}):
        assert len(said) == len(items)


def test_what_rests_on_practice_alone_says_so(knowledge: Knowledge) -> None:
    for name, item in knowledge.precautions.items():
        if item.confidence is Confidence.L:
            assert PRACTICE in item.text + item.why, name


def test_the_question_can_be_pasted(knowledge: Knowledge) -> None:
    for name, item in knowledge.precautions.items():
        assert "我" in item.ask or "你们" in item.ask or "请" in item.ask, name


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("text", "看" * 60 + "。", "at most 60 characters"),
        ("why", "看" * 70 + "。", "at most 70 characters"),
        ("ask", "问" * 100 + "？", "at most 100 characters"),
        ("ask", "请问您退吗？", "ask is read by the seller, so it must not say 您"),
        ("look_at", "营业执照", "look_at must end as a sentence does, with 。 or ？"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    key: str, value: str, fault: str, knowledge: Knowledge
) -> None:
    told = knowledge.precautions["keep_unactivated"].model_dump()

    with pytest.raises(ValidationError, match=fault):
        Precaution.model_validate({**told, key: value})


def test_the_wording_is_calm(knowledge: Knowledge) -> None:
    for name, item in knowledge.precautions.items():
        for text in texts(item):
            assert not [*banned(text, knowledge, on=ON, letter=True)], (name, text)
