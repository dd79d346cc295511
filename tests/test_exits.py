"""Pages that stop or warn: when each is shown, what it says, and that nobody is caught on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cases.wizard.answers import clean_answers
from cases.wizard.exits import EXITS, PAUSES
from cases.wizard.steps import BY_NAME, READ_FIRST, walk
from tests.flow import asked, clean, typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

Clean = dict[str, dict[str, Any]]

ON_SALE: Clean = {
    "sales_channel": {"order__sales_channel": "marketplace"},
    "payee": {"payment__payee": "marketplace"},
}
CLOSED: Clean = {"order_page": {"signals__seller_page": "closed"}}
ASKED: Clean = {"request": {"dealings__requested": True}}
GONE: Clean = {"contact": {"dealings__unreachable": True}}
REACHED: Clean = {"contact": {"dealings__unreachable": False}}
ACCEPTED: Clean = {**ASKED, "seller_reply": {"dealings__reply": "accepted"}}
PAID: Clean = {"amount": {"payment__amount": "59.00"}}
FOR_BUSINESS: Clean = {"business_use": {"consumer__business_use": True}}

SHOWN: list[tuple[str, Clean]] = [
    ("exit_not_ordered", {"situation": {"outside": "not_ordered"}}),
    ("exit_other_goods", {"situation": {"outside": "other_goods"}}),
    ("exit_business", FOR_BUSINESS),
    ("exit_over_three_years", {"placed_on": {"over_three_years": True}}),
    ("exit_return_button", {**ON_SALE, "return_button": {"return_button": True}}),
    ("exit_gone", {"payee": {"payment__payee": "individual"}, **GONE}),
    ("exit_gone", {"card_kind": {"order__card_kind": "iot"}, **GONE}),
    ("exit_settled", {**PAID, **CLOSED, **ACCEPTED, "refunded": {"payment__refunded": "59.00"}}),
    ("pause_receipt", {**ON_SALE, "parcel": {"signals__parcel": "delivered"}}),
    ("pause_evidence", {"carrier_record": {"signals__carrier_record": "active"}}),
    (
        "pause_evidence",
        {
            "parcel": {"signals__parcel": "delivered"},
            "evidence": {"evidence": ["order_page", "sim_photo"]},
        },
    ),
    ("pause_against_advice", {"channels": {"chosen": ["police:"], "nothing_today": True}}),
    ("pause_against_advice", {"channels": {"chosen": ["police:"], "too_early": True}}),
    ("pause_public", {"channels": {"chosen": ["heimao:affiliate"]}}),
]
NOT_SHOWN: list[tuple[str, Clean]] = [
    ("exit_business", {"business_use": {"consumer__business_use": None}}),
    ("exit_return_button", {**ON_SALE, "return_button": {"return_button": None}}),
    ("exit_gone", {"payee": {"payment__payee": "affiliate"}, **GONE}),
    ("exit_gone", {"payee": {"payment__payee": "individual"}, **ACCEPTED}),
    ("exit_gone", {"payee": {"payment__payee": "individual"}, **REACHED}),
    ("exit_settled", {**PAID, **CLOSED, **ACCEPTED, "refunded": {"payment__refunded": "39.00"}}),
    ("exit_settled", {**PAID, **ACCEPTED, "refunded": {"payment__refunded": "59.00"}}),
    ("pause_receipt", {**ON_SALE, "parcel": {"signals__parcel": "not_sent"}}),
    (
        "pause_evidence",
        {
            "parcel": {"signals__parcel": "delivered"},
            "evidence": {"evidence": ["order_page", "sim_photo", "activation_sms"]},
        },
    ),
    ("pause_evidence", {"evidence": {"evidence": []}}),
    ("pause_against_advice", {"channels": {"chosen": ["police:"]}}),
    ("pause_public", {"channels": {"chosen": ["police:"]}}),
]


@pytest.fixture
def lin(client: Client, db: None) -> Walker:
    """A person at the first question."""
    return Walker(client)


@pytest.mark.parametrize(("name", "answers"), SHOWN)
def test_a_reason_has_a_page(name: str, answers: Clean) -> None:
    assert name in asked(**answers)


@pytest.mark.parametrize(("name", "answers"), NOT_SHOWN)
def test_without_the_reason_there_is_no_page(name: str, answers: Clean) -> None:
    assert name not in asked(**answers)


def test_every_reason_is_tried_and_has_words_of_its_own() -> None:
    assert {name for name, _answers in SHOWN} == {*EXITS, *PAUSES}
    for name in (*EXITS, *PAUSES):
        assert (Path(settings.BASE_DIR) / "templates" / "wizard" / f"{name}.html").is_file()


@pytest.mark.parametrize(("name", "answers"), SHOWN)
def test_a_page_comes_right_after_what_decides_it(name: str, answers: Clean) -> None:
    """Nothing that counts for the condition is asked behind the page."""
    later = list(BY_NAME)[list(BY_NAME).index(name) + 1 :]

    assert not set(answers) & set(later)


@pytest.mark.parametrize(("day", "over"), [("2023-11-21", True), ("2023-11-22", False)])
def test_three_years_are_counted_from_the_order(day: str, over: bool) -> None:
    typed = typed_for({"order": {"placed_on": day}})["placed_on"]

    answer = clean("placed_on", typed, walk({}))

    assert ("exit_over_three_years" in asked(placed_on=answer)) is over


def test_whoever_goes_on_is_not_stopped_again(lin: Walker) -> None:
    lin.post("situation", {"order__placed_by_me": "yes"})
    stopped = lin.post("business_use", {"consumer__business_use": "yes"})

    assert stopped.url == lin.url("exit_business")
    page = lin.get("exit_business").content.decode()
    assert "我还是想继续" not in page
    assert "有问题需要改正" not in page
    assert lin.post("exit_business", {}).url == lin.url("sales_channel")
    assert lin.get("sales_channel").status_code == 200
    assert walk({"exit_business": {}, **FOR_BUSINESS}).counted["exit_business"] == {}


def test_turning_back_is_not_going_on(lin: Walker) -> None:
    lin.post("situation", {"order__placed_by_me": "yes"})
    lin.post("business_use", {"consumer__business_use": "yes"})

    assert lin.post("exit_business", {}, nav="back").url == lin.url("business_use")
    assert "exit_business" not in lin.case.answers
    led = lin.get("sales_channel", follow=True)
    assert led.redirect_chain[-1][0] == lin.url("exit_business")
    assert str(READ_FIRST) in led.content.decode()


def test_another_answer_leaves_the_page_out_without_a_word(lin: Walker) -> None:
    lin.post("situation", {"order__placed_by_me": "yes"})
    lin.post("business_use", {"consumer__business_use": "yes"})
    lin.post("exit_business", {})

    response = lin.post("business_use", {"consumer__business_use": "no"})

    assert response.url == lin.url("sales_channel")
    assert "exit_business" not in walk(clean_answers(lin.case.answers)).counted
    assert "放在一边" not in lin.get("sales_channel").content.decode()


@pytest.mark.parametrize(
    ("choice", "name", "leads_to"),
    [
        ("not_ordered", "exit_not_ordered", "/before-buying/"),
        ("other_goods", "exit_other_goods", "tel:12315"),
    ],
)
def test_a_case_that_is_none_ends_with_a_way_to_go(
    lin: Walker, choice: str, name: str, leads_to: str
) -> None:
    assert lin.post("situation", {"order__placed_by_me": choice}).url == lin.url(name)

    page = lin.get(name).content.decode()
    assert leads_to in page
    assert "我还是想继续" not in page
    assert "已保存" not in page
    assert lin.post(name, {}).status_code == 200
    assert lin.post(name, {}, nav="back").url == lin.url("situation")


def test_from_the_check_page_the_way_back_leads_to_the_answer(lin: Walker) -> None:
    lin.answer(RESERVED)

    stopped = lin.post("situation", {"order__placed_by_me": "other_goods", "from": "check"})

    assert stopped.url == f"{lin.url('exit_other_goods')}?from=check"
    back = lin.post("exit_other_goods", {"from": "check"}, nav="back")
    assert back.url == f"{lin.url('situation')}?from=check"
    mended = lin.post("situation", {"order__placed_by_me": "yes", "from": "check"})
    assert mended.url.startswith(reverse("check", args=[lin.case_id]))


def test_the_page_on_three_years_shows_its_days(lin: Walker) -> None:
    old = {"order": {**RESERVED["order"], "placed_on": "2020-01-02"}}
    lin.answer({**RESERVED, **old}, until="exit_over_three_years")

    page = lin.get("exit_over_three_years").content.decode()

    assert "2020年1月2日" in page
    assert "2023年1月2日" in page


def test_another_filing_is_asked_for_on_the_same_page(lin: Walker) -> None:
    filed = {**RESERVED, "filed": [{"channel": "police"}]}
    lin.answer(filed, until="filed_details")

    added = lin.post("filed_details", {"police-reference": "A1"}, nav="add:police")

    assert added.url == f"{lin.url('filed_details')}#last-police"
    page = lin.get("filed_details").content.decode()
    assert 'name="police-2-reference"' in page
    assert 'value="A1"' in page
    assert "有问题需要改正" not in page
    assert lin.case.answers["filed_details"]["clean"] is None
    lin.post("filed_details", {"police-count": "2"}, nav="remove:police")
    assert 'name="police-2-reference"' not in lin.get("filed_details").content.decode()


@pytest.mark.parametrize("nav", ["add:", "add:<script>", "remove:nothing", "add"])
def test_a_forged_button_does_no_harm(lin: Walker, nav: str) -> None:
    lin.answer({**RESERVED, "filed": [{"channel": "police"}]}, until="filed_details")

    response = lin.post("filed_details", {"police-count": "99"}, nav=nav)

    assert response.status_code == 302
    assert "<" not in response.url
    assert lin.get("filed_details").status_code == 200
