"""The checklist before buying: complete, in order, ready to paste, calm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cases.knowledge import Knowledge
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
BANNED = ("保证退款", "一定能退", "成功率", "诈骗", "犯罪", "第五十八条", "待写")
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
        assert "您" not in item.ask, name
        assert "我" in item.ask or "你们" in item.ask or "请" in item.ask, name
        assert len(item.ask) <= 100, name


def test_the_wording_is_short_and_calm(knowledge: Knowledge) -> None:
    for name, item in knowledge.precautions.items():
        assert len(item.text) <= 60 and len(item.why) <= 70, name
        for text in texts(item):
            assert text.endswith(("。", "？")), (name, text)
            assert not [word for word in BANNED if word in text], (name, text)
