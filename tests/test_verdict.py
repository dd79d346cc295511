"""The verdict: where the drawing puts order, money and stop; why; what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.assessment.situation import Situation
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.views.verdict import WAITING, Verdict, verdict
from cases.vocabulary import Stage
from cases.wizard.answers import TELLING
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import ON
from tests.walker import Walker

PAID = {"payee": "affiliate", "amount": "59.00"}
FROM_STAGE = {"from": "stage"}


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
        ({"payment": PAID, "order": {"sales_channel": "marketplace"}}, "网盟"),
        ({"payment": PAID | {"payee": "individual"}}, "个人"),
    ],
)
def test_money_is_with_whom_it_was_paid_to(knowledge: Knowledge, facts: Any, money_at: str) -> None:
    assert drawn(knowledge, **facts).money_at == money_at


@pytest.mark.parametrize(
    ("channel", "payee", "box", "seller"),
    [
        ("marketplace", "affiliate", "卖家和网盟", "卖家"),
        ("livestream", "individual", "卖家和个人", "卖家"),
        ("mini_program", "individual", "网盟和个人", "网盟"),
        ("mini_program", "affiliate", "网盟", "网盟"),
        ("marketplace", "carrier", "卖家", "卖家"),
    ],
)
def test_who_took_the_money_beside_the_seller_stands_in_its_box(
    knowledge: Knowledge, channel: str, payee: str, box: str, seller: str
) -> None:
    found = drawn(
        knowledge,
        order={"sales_channel": channel},
        payment=PAID | {"payee": payee},
        signals={"carrier_record": "no_order"},
    )

    assert found.places[1].label == box
    assert (found.order_at, found.stopped_by) == (seller, seller)


def test_the_verdict_says_why_and_what_contradicts_it(knowledge: Knowledge) -> None:
    signals = {"carrier_record": "active", "seller_page": "awaiting_submission"}

    found = drawn(knowledge, signals=signals)

    assert found.because
    assert found.contradictions


def test_where_nothing_is_known_no_place_is_asserted(knowledge: Knowledge) -> None:
    found = drawn(knowledge)

    assert found.assumed
    assert found.next.startswith("还不知道订单到了哪一步")
    assert not drawn(knowledge, signals={"carrier_record": "order_seen"}).assumed


def test_an_unknown_fact_is_listed_with_the_stage_it_would_mean(knowledge: Knowledge) -> None:
    found = drawn(knowledge, signals={"seller_page": "submitted", "parcel": "not_sent"})

    record = {each.if_so: each.stage for each in found.changes if each.step == "carrier_record"}
    assert record["运营商说“待激活”"] == "已开卡未激活"
    assert record["运营商说“已激活、在用”"] == "已激活"
    assert not any("查不到订单" in if_so for if_so in record)
    assert {each.step for each in found.changes} == {"carrier_record", "signs"}


def test_what_is_known_is_no_longer_listed(knowledge: Knowledge) -> None:
    signals = {
        "carrier_record": "active",
        "seller_page": "activated",
        "parcel": "delivered",
        "activation_notice": True,
        "service_works": True,
        "used": False,
    }

    assert drawn(knowledge, signals=signals).changes == ()


def test_a_number_of_somebody_else_stays_that_whatever_turns_up(knowledge: Knowledge) -> None:
    assert drawn(knowledge, order={"placed_by_me": False}).changes == ()


def test_a_parcel_refused_is_not_called_an_order_that_stopped(knowledge: Knowledge) -> None:
    found = drawn(knowledge, signals={"parcel": "refused", "seller_page": "shipped"})

    assert found.maybe_open
    assert "可能还没撤" in found.next
    assert "不等于已经撤单" in found.waiting[0]
    assert not drawn(knowledge, signals={"parcel": "returned"}).maybe_open


def test_a_parcel_that_was_refused_is_not_still_to_be_sent(knowledge: Knowledge) -> None:
    found = drawn(knowledge, signals={"carrier_record": "number_reserved", "parcel": "refused"})

    assert not any("卡可能寄出" in sentence for sentence in found.waiting)
    assert any("不等于已经撤单" in sentence for sentence in found.waiting)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_says_what_another_day_costs(stage: Stage) -> None:
    assert WAITING[stage]


def test_the_fifteen_days_of_the_carrier_begin_with_the_complaint(knowledge: Knowledge) -> None:
    signals = {"carrier_record": "order_seen"}

    [_cost, counted] = drawn(knowledge, signals=signals).waiting
    assert "今天投诉，最晚12月7日；明天投诉，最晚12月8日" in counted
    complained = {"complained_on": "2026-11-20"}
    assert len(drawn(knowledge, signals=signals, carrier=complained).waiting) == 1


# The pages


@pytest.fixture
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client, db: None, today: None) -> Walker:
    """A person on the way to the verdict."""
    lin = Walker(client)
    lin.answer(RESERVED, until="stage")
    return lin


def test_the_verdict_says_from_which_answers_it_comes(lin: Walker) -> None:
    told = lin.get("stage").context["told"]

    assert told[0].step == "carrier_record"
    assert told[0].decides
    assert [row.decides for row in told[1:]] == [False] * len(told[1:])
    assert {row.step for row in told} == {
        "situation",
        "order_page",
        "parcel",
        "signs",
        "carrier_record",
    }


def test_an_answer_that_is_not_known_is_no_reason(lin: Walker) -> None:
    lin.post("order_page", {"signals__seller_page": "unknown"})

    assert "order_page" not in {row.step for row in lin.get("stage").context["told"]}


def test_the_first_verdict_comes_before_the_carrier_is_asked(client: Client, db: None) -> None:
    lin = Walker(client)

    lin.answer(RESERVED, until="stage_so_far")

    page = lin.get("stage_so_far")
    assert page.context["verdict"].certainty == "很可能"
    assert "carrier_record" not in {row.step for row in page.context["told"]}
    assert "carrier_record" in {change.step for change in page.context["verdict"].changes}


def test_changing_an_answer_leads_back_to_the_verdict(lin: Walker) -> None:
    changing = f"{lin.url('order_page')}?from=stage"
    assert changing in lin.get("stage").content.decode()
    assert 'name="from" value="stage"' in lin.client.get(changing).content.decode()

    shipped = lin.post("order_page", {"signals__seller_page": "shipped", "from": "stage"})

    assert shipped.url == lin.url("stage")


def test_going_back_from_a_change_leads_back_to_the_verdict(lin: Walker) -> None:
    back = lin.post("order_page", {"signals__seller_page": "shipped"}, nav="back", **FROM_STAGE)

    assert back.url == lin.url("stage")


def test_a_change_that_raises_a_question_asks_it_first(lin: Walker) -> None:
    asked = lin.post("parcel", {"signals__parcel": "delivered"}, **FROM_STAGE)

    assert asked.url == f"{lin.url('parcel_date')}?from=stage"


def test_a_page_that_is_no_verdict_cannot_be_returned_to(lin: Walker) -> None:
    onward = lin.post("order_page", {"signals__seller_page": "shipped"}, **{"from": "//evil"})

    assert onward.url != lin.url("stage")
    assert "evil" not in onward.url


def test_the_verdict_by_itself_is_a_whole_page(lin: Walker) -> None:
    page = lin.client.get(reverse("verdict", args=[lin.case_id]))

    assert page.content.decode().count("<h1") == 1
    assert 'id="verdict-short"' in page.content.decode()
    assert lin.url("stage") in page.content.decode()


def test_an_answer_being_given_is_looked_at_and_not_kept(lin: Walker) -> None:
    before = (lin.case.version, lin.case.answers)
    given = {"step": "carrier_record", "signals__carrier_record": "active"}

    page = lin.client.post(reverse("verdict", args=[lin.case_id]), given)

    assert page.context["verdict"].stage == "已激活"
    assert (lin.case.version, lin.case.answers) == before


@pytest.mark.parametrize(
    "given", [{}, {"step": "carrier_record"}, {"step": "nonsense"}, {"step": "stage_so_far"}]
)
def test_without_an_answer_the_verdict_is_the_one_so_far(
    lin: Walker, given: dict[str, str]
) -> None:
    page = lin.client.post(reverse("verdict", args=[lin.case_id]), given)

    assert page.context["verdict"].stage == "已提交待开卡"


@pytest.mark.parametrize("step", TELLING)
def test_the_steps_that_decide_show_the_verdict_as_one_answers(lin: Walker, step: str) -> None:
    page = lin.get(step).content.decode()

    assert f'hx-post="{reverse("verdict", args=[lin.case_id])}"' in page
    assert f'{{"step": "{step}"}}' in page
