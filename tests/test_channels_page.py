"""The page that compares the channels, and what follows from choosing against its advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.vocabulary import Channel, When
from cases.wizard.recommendation import Advice, Offer, if_not, recommend, said_before
from tests.flow import ON, answered
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

GONE: dict[str, Any] = {
    "order": {
        "placed_by_me": True,
        "placed_on": "2026-10-28",
        "sales_channel": "mini_program",
        "seller_name": "靓卡",
        "card_kind": "personal",
    },
    "payment": {"payee": "affiliate", "method": "merchant_wechat", "amount": "68.00"},
    "signals": {"seller_page": "submitted", "parcel": "not_sent"},
    "carrier": {
        "name": "china_telecom",
        "complained_on": "2026-11-10",
        "ticket": "DX1110",
        "reply": "sent_to_agent",
        "replied_on": "2026-11-14",
    },
    "dealings": {"requested_at": "2026-11-01", "unreachable": True},
    "terms": {"promises": ["unactivated_refund"], "misleading": ["tariff_price"]},
    "consumer": {"uploaded_id_photos": True},
    "evidence": ["order_page", "payment_record", "promotion_page"],
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def advice() -> Advice:
    """What is advised where the seller is gone."""
    return recommend(answered(GONE).before("channels"), on=ON)


@pytest.fixture
def lin(client: Client, db: None) -> Walker:
    """A person whose seller is gone, before the page with the channels."""
    lin = Walker(client)
    lin.answer(GONE, until="channels")
    return lin


def offer(advice: Advice, code: str) -> Offer:
    """The offer with a code."""
    return next(each for each in advice.offers if each.code == code)


def plan_page(lin: Walker) -> Any:
    """The plan of a person who leaves the names out."""
    lin.post("names", {})
    lin.submit()
    return lin.client.get(reverse("plan", args=[lin.case_id]))


# What each says


def test_what_is_kept_for_need_does_not_come_ticked(advice: Advice) -> None:
    spare = [each for each in advice.offers if each.when is When.IF_NEEDED]

    assert spare
    assert not {each.code for each in spare} & set(advice.advised)
    assert set(advice.advised) == {each.code for each in advice.offers} - {e.code for e in spare}


def test_the_page_comes_with_these_ticks(lin: Walker) -> None:
    page = lin.get("channels")

    assert page.context["ticked"]["chosen"] == page.context["form"].advice.advised
    assert page.content.decode().count(" checked") == len(page.context["form"].advice.advised)


def test_every_offer_stands_in_one_group(advice: Advice) -> None:
    grouped = [each.code for group in advice.groups for each in group.offers]

    assert sorted(grouped) == sorted(each.code for each in advice.offers)
    assert [str(group.title) for group in advice.groups] == ["今天", "需要时再用"]


def test_waiting_and_later_ones_stand_under_afterwards() -> None:
    advice = recommend(answered(RESERVED).before("channels"), on=ON)

    [after] = [group for group in advice.groups if str(group.title) == "之后"]
    assert {each.when for each in after.offers} == {When.WAITING, When.LATER}


def test_each_says_what_it_can_give_and_who_sees_it(lin: Walker) -> None:
    page = lin.get("channels").content.decode()

    for each in lin.get("channels").context["form"].advice.offers:
        for sentence in (*each.can, *each.sees, each.precondition, each.response_time, each.shuts):
            assert page.count(sentence) >= 2, "once for the phone and once for the table"


def test_the_costs_of_a_court_are_those_of_the_case(advice: Advice) -> None:
    assert "68元" in offer(advice, "small_claims_court:affiliate").cost


@pytest.mark.parametrize(
    ("code", "shut"),
    [
        ("market_regulator_complaint:affiliate", "消费者协会"),
        ("consumer_association:affiliate", "12315投诉"),
        ("small_claims_court:affiliate", "起诉以后"),
        ("market_regulator_report:affiliate", "不会"),
        ("heimao:affiliate", "不会"),
    ],
)
def test_each_says_whether_it_shuts_another_door(advice: Advice, code: str, shut: str) -> None:
    assert shut in offer(advice, code).shuts


def test_a_door_that_was_never_open_is_not_shut(advice: Advice) -> None:
    assert "电信用户申诉" not in offer(advice, "market_regulator_complaint:affiliate").shuts
    assert "12315" not in offer(advice, "telecom_escalation:carrier").shuts


def test_what_is_withheld_is_said_with_its_day(client: Client, db: None) -> None:
    filed = {
        "channel": "market_regulator_complaint",
        "against": "affiliate",
        "on": "2026-11-12",
        "accepted_on": "2026-11-18",
    }
    lin = Walker(client)
    lin.answer({**GONE, "filed": [filed]}, until="channels")

    page = lin.get("channels").content.decode()

    assert "现在不要用" in page
    assert "1月18日</span>以后再看" in page


# Against the advice


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("when", When)
def test_every_choice_against_the_advice_has_its_sentence(channel: Channel, when: When) -> None:
    sentence = str(if_not(channel, when))

    assert sentence.startswith("现在" if when is When.IF_NEEDED else "不勾的话")


def test_leaving_out_the_carrier_says_what_it_closes() -> None:
    assert "申诉" in str(if_not(Channel.CARRIER_COMPLAINT, When.NOW))


def test_the_sentence_stands_beside_its_box(lin: Walker) -> None:
    page = lin.get("channels").content.decode()

    assert 'aria-describedby="if-not-heimaoaffiliate"' in page
    assert str(if_not(Channel.HEIMAO, When.IF_NEEDED)) in page


def test_a_choice_against_the_advice_is_kept_and_said_on_the_check_page(lin: Walker) -> None:
    chosen = ["carrier_complaint:carrier", "consumer_association:affiliate"]
    lin.post("channels", {"chosen": chosen})

    form = lin.get("channels").context["form"]
    said = dict(form.said(lin.case.answers["channels"]["clean"]))

    assert lin.case.answers["channels"]["clean"] == {"chosen": chosen, "too_early": True}
    assert "消费者协会（网盟）：现在就用也可以" in said["和建议不同的"]
    assert "电信用户申诉（运营商）：不勾的话" in said["和建议不同的"]


def test_following_the_advice_is_not_remarked_upon(lin: Walker) -> None:
    advised = lin.get("channels").context["form"].advice.advised
    lin.post("channels", {"chosen": advised})

    form = lin.get("channels").context["form"]

    assert len(list(form.said({"chosen": advised}))) == 1


def test_choosing_nothing_is_an_error_that_says_what_to_do(lin: Walker) -> None:
    page = lin.post("channels", {"chosen": []}).content.decode()

    assert "请至少留一个渠道" in page
    assert 'href="#id_chosen_0"' in page
    assert 'id="id_chosen_0"' in page


# The page between


def test_who_leaves_out_all_of_today_is_told_what_follows(lin: Walker) -> None:
    page = lin.post("channels", {"chosen": ["heimao:affiliate"]})
    assert page.url == lin.url("pause_against_advice")

    text = lin.get("pause_against_advice").content.decode()

    assert "建议今天用的渠道，您一个也没选" in text
    assert str(if_not(Channel.CARRIER_COMPLAINT, When.NOW)) in text or "不勾的话" in text
    assert lin.post("pause_against_advice", {}).url == lin.url("pause_public")


def test_what_follows_alike_is_said_once(lin: Walker) -> None:
    lin.post("channels", {"chosen": ["heimao:affiliate"]})

    form = lin.get("pause_against_advice").context["form"]

    told = [words for _titles, words in form.against]
    assert len(told) == len(set(told))
    assert any("、" in titles for titles, _words in form.against)


def test_who_takes_a_body_early_is_told_which_doors_it_shuts(lin: Walker) -> None:
    chosen = ["carrier_complaint:carrier", "consumer_association:affiliate"]
    lin.post("channels", {"chosen": chosen})

    text = lin.get("pause_against_advice").content.decode()

    assert "消费者协会（网盟）" in text
    assert str(if_not(Channel.CONSUMER_ASSOCIATION, When.IF_NEEDED)) in text
    assert "运营商投诉" not in text


def test_one_of_today_and_a_private_channel_early_pass_without_a_pause(lin: Walker) -> None:
    page = lin.post("channels", {"chosen": ["carrier_complaint:carrier"]})

    assert page.url == lin.url("names")


# The plan


def test_the_plan_puts_what_was_not_chosen_apart(lin: Walker) -> None:
    chosen = ["carrier_complaint:carrier", "consumer_association:affiliate"]
    lin.post("channels", {"chosen": chosen})
    lin.post("pause_against_advice", {})

    page = plan_page(lin)

    groups = {str(group["title"]): group for group in page.context["groups"]}
    assert [row["slug"] for row in groups["今天"]["actions"]] == ["carrier-complaint-carrier"]
    assert [row["slug"] for row in groups["您另外选的"]["actions"]] == [
        "consumer-association-affiliate"
    ]
    assert groups["您不打算用的"]["folded"]
    assert str(if_not(Channel.CONSUMER_ASSOCIATION, When.IF_NEEDED)) in page.content.decode()


def test_the_plan_has_lists_where_a_phone_would_stack_the_cells_of_a_table(lin: Walker) -> None:
    lin.post("channels", {"chosen": lin.get("channels").context["form"].advice.advised})
    page = plan_page(lin)

    html = page.content.decode()

    assert "<table" not in html
    assert html.count('<dl class="card">') == len(page.context["plan"]["actions"])
    assert all(row["title"] in html for row in page.context["plan"]["deadlines"])
    assert all(row["why"] in html for row in page.context["plan"]["withheld"])


@pytest.mark.parametrize("name", ["plan-text", "letters"])
def test_the_texts_heed_what_was_not_chosen(lin: Walker, name: str) -> None:
    lin.post("channels", {"chosen": ["carrier_complaint:carrier"]})
    lin.post("pause_against_advice", {})
    page = plan_page(lin)
    by_slug = {row["slug"]: row for row in page.context["plan"]["actions"]}
    unwanted = next(row for row in by_slug.values() if row["letter"] and row["if_not"])

    whole = lin.client.get(reverse(name, args=[lin.case_id])).content.decode()

    assert by_slug["carrier-complaint-carrier"]["letter"]["text"].strip() in whole
    assert unwanted["letter"]["text"].strip() not in whole
    (told,) = [line for line in whole.splitlines() if "没有放进这个文件" in line]
    assert unwanted["title"] in told
    if name == "plan-text":
        assert f"{unwanted['title']}，您选了先不用。" in whole


@pytest.mark.parametrize("name", ["plan-text", "letters"])
def test_the_texts_of_who_follows_the_advice_hold_every_letter(lin: Walker, name: str) -> None:
    lin.post("channels", {"chosen": lin.get("channels").context["form"].advice.advised})
    page = plan_page(lin)

    whole = lin.client.get(reverse(name, args=[lin.case_id])).content.decode()

    letters = [row["letter"] for row in page.context["plan"]["actions"] if row["letter"]]
    assert all(letter["text"].strip() in whole for letter in letters)
    assert "没有放进这个文件" not in whole


def test_the_plan_of_a_person_who_follows_the_advice_remarks_nothing(lin: Walker) -> None:
    lin.post("channels", {"chosen": lin.get("channels").context["form"].advice.advised})

    page = plan_page(lin)

    titles = [str(group["title"]) for group in page.context["groups"]]
    assert titles == ["今天", "需要时再用"]
    assert not any(row["if_not"] for row in page.context["plan"]["actions"])


def test_a_number_nobody_ordered_has_no_orderer_and_waiting_asks_nothing(
    client: Client, db: None
) -> None:
    her = Walker(client)
    her.answer(
        {
            "order": {"placed_by_me": False},
            "signals": {"carrier_record": "active"},
            "carrier": {"name": "china_mobile", "complained_on": "2026-11-20", "ticket": "YD1"},
            "filed": [{"channel": "police", "against": "individual", "on": "2026-11-21"}],
            "evidence": ["number_check_sms"],
        }
    )

    page = plan_page(her)

    text = page.content.decode()
    assert "号码登记在谁名下" in text
    assert "下单的人" not in text
    waiting = [row for row in page.context["plan"]["today"] if row.get("when") == "waiting"]
    assert waiting
    assert not any(row["act"] for row in waiting)


def test_today_begins_with_an_act(lin: Walker) -> None:
    lin.post("channels", {"chosen": lin.get("channels").context["form"].advice.advised})

    first = plan_page(lin).context["plan"]["today"][0]

    assert first["act"]["step"].startswith("拨打运营商客服")
    assert first["act"]["contact"]["dialled"] == "10000"
    assert "投诉" in first["act"]["say"]


def test_nobody_is_sent_to_the_wrong_carrier(client: Client, db: None) -> None:
    lin = Walker(client)
    carrier = {**GONE["carrier"], "name": None}
    lin.answer({**GONE, "carrier": carrier}, until="channels")
    lin.post("channels", {"chosen": lin.get("channels").context["form"].advice.advised})

    first = plan_page(lin).context["plan"]["today"][0]

    assert first["slug"] == "carrier-complaint-carrier"
    assert first["act"]["contact"] is None


def test_what_holds_for_a_first_complaint_is_not_said_to_who_has_complained() -> None:
    first = if_not(Channel.CARRIER_COMPLAINT, When.NOW)
    told = {"carrier_complaint": {"carrier__complained": True}}

    assert said_before(Channel.CARRIER_COMPLAINT, told)
    assert not said_before(Channel.CARRIER_COMPLAINT, {})
    assert if_not(Channel.CARRIER_COMPLAINT, When.NOW, said=True) != first
    assert "还没有" not in str(if_not(Channel.CARRIER_COMPLAINT, When.NOW, said=True))
