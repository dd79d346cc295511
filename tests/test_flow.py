"""The flow, one block a question: when it is asked, what it leads to, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from cases.facts import facts_from, read_facts
from cases.wizard.forms.filing import BODIES, FiledDetails
from cases.wizard.forms.order import NEEDS_THE_CARD
from cases.wizard.steps import BY_NAME, PARTS, STEPS, recheck, walk
from tests.flow import Typed, answered, asked, clean, errors, said_aloud, typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE, ON, STORIES

Clean = dict[str, dict[str, Any]]

MINE: Clean = {"situation": {"order__placed_by_me": True}}
NOT_MINE: Clean = {"situation": {"order__placed_by_me": False}}
ACTIVE: Clean = {"carrier_record": {"signals__carrier_record": "active"}}
LIVESTREAM: Clean = {"sales_channel": {"order__sales_channel": "livestream"}}
REQUESTED: Clean = {"request": {"dealings__requested": True}}
COMPLAINED: Clean = {"carrier_complaint": {"carrier__complained": True}}


@pytest.mark.parametrize("story", STORIES)
def test_a_story_told_page_by_page_gives_its_facts(story: str) -> None:
    facts = STORIES[story]

    told = facts_from(answered(facts).counted, on=ON)

    assert told == read_facts(said_aloud(facts), on=ON)


def test_the_first_question_is_whose_order_it_is() -> None:
    assert asked()[0] == "situation"


@pytest.mark.parametrize(
    ("typed", "clean_answer", "words"),
    [
        ("yes", {"order__placed_by_me": True}, "是，我自己下的单"),
        ("no", {"order__placed_by_me": False}, "不是，名下多出了我没办过的号码"),
        ("unknown", {"order__placed_by_me": None}, "不清楚"),
        (
            "not_ordered",
            {"order__placed_by_me": None, "outside": "not_ordered"},
            "还没下单，想先看看",
        ),
        (
            "other_goods",
            {"order__placed_by_me": None, "outside": "other_goods"},
            "买的不是手机卡或流量卡",
        ),
    ],
)
def test_the_first_question_knows_who_is_wrong_here(
    typed: str, clean_answer: dict[str, Any], words: str
) -> None:
    answer = clean("situation", {"order__placed_by_me": [typed]}, walk({}))
    form = BY_NAME["situation"].form(answers={}, on=ON)

    assert answer == clean_answer
    assert [said for _label, said in form.said(answer)] == [words]


def test_who_uses_the_card_is_asked_of_an_order_only() -> None:
    assert "business_use" in asked(**MINE)
    assert "business_use" not in asked(**NOT_MINE)


def test_a_livestream_is_asked_who_sold() -> None:
    assert "livestream_seller" in asked(**LIVESTREAM)
    assert "livestream_seller" not in asked(sales_channel={"order__sales_channel": "marketplace"})


@pytest.mark.parametrize(("page", "shown"), [("submitted", True), (None, True), ("closed", False)])
def test_the_return_button_is_looked_for_on_a_page_that_is_open(
    page: str | None, shown: bool
) -> None:
    answers = {**LIVESTREAM, "order_page": {"signals__seller_page": page}}

    assert ("return_button" in asked(**answers)) is shown
    assert "return_button" not in asked(order_page={"signals__seller_page": page})


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, set()),
        ({"payee": {"payment__payee": "nobody"}}, {"opponent__bill_name"}),
        (
            {"parcel": {"signals__parcel": "not_sent"}},
            {"opponent__parcel_sender", "opponent__card_brand"},
        ),
        ({"parcel": {"signals__parcel": "in_transit"}}, {"opponent__card_brand"}),
    ],
)
def test_names_are_asked_for_where_they_can_be_seen(answers: Any, missing: set[str]) -> None:
    form = BY_NAME["seen_names"].form
    fields = set(form(answers=answers, on=ON).fields)

    assert set(form.base_fields) - fields == missing
    assert clean("seen_names", {}, walk(answers)) == {}


@pytest.mark.parametrize(
    ("parcel", "page", "is_asked"),
    [
        ("not_sent", "submitted", False),
        ("in_transit", "shipped", False),
        ("refused", None, False),
        ("delivered", "shipped", True),
        ("returned", "closed", True),
        (None, "submitted", True),
        # A card that is no parcel can be in use all the same.
        ("not_sent", "activated", True),
    ],
)
def test_a_card_that_never_came_is_not_asked_about_its_use(
    parcel: str | None, page: str | None, is_asked: bool
) -> None:
    so_far = walk(
        {"order_page": {"signals__seller_page": page}, "parcel": {"signals__parcel": parcel}}
    )
    form = BY_NAME["signs"].form(answers=so_far.before("signs"), on=ON)

    assert all((name in form.fields) is is_asked for name in NEEDS_THE_CARD)


def test_what_was_not_asked_of_a_card_that_never_came_is_a_no() -> None:
    away: Clean = {"parcel": {"signals__parcel": "not_sent"}}
    typed = {"signals__number_shown": ["no"], "signals__activation_notice": ["yes"]}

    answer = clean("signs", typed, walk(away))

    assert answer == {
        "signals__number_shown": False,
        "signals__activation_notice": True,
        "signals__service_works": False,
        "signals__used": False,
    }


def test_a_card_that_went_back_is_asked_about_as_it_was_before() -> None:
    back = {"parcel": {"signals__parcel": "returned"}}
    fields = BY_NAME["signs"].form(answers=back, on=ON).fields

    assert fields["signals__service_works"].label == "退回以前，这张卡能打电话或上网"
    assert fields["signals__used"].label == "退回以前，用过通话或流量"


def test_a_card_that_came_after_all_is_asked_about() -> None:
    typed = {"signals__number_shown": ["no"], "signals__activation_notice": ["no"]}
    answer = clean("signs", typed, walk({"parcel": {"signals__parcel": "in_transit"}}))
    came = {"signals__parcel": "delivered"}
    stored = {
        "situation": {"typed": {"order__placed_by_me": ["yes"]}, "clean": MINE["situation"]},
        "parcel": {"typed": {"signals__parcel": ["delivered"]}, "clean": came},
        "signs": {"typed": typed, "clean": answer},
    }

    assert recheck(stored, on=ON)["signs"] is None


@pytest.mark.parametrize(
    ("payee", "told"),
    [("affiliate", True), (None, True), ("marketplace", False), ("carrier", False)],
)
def test_the_payee_on_the_bill_is_not_asked_for_as_if_it_were_new(
    payee: str | None, told: bool
) -> None:
    seen: Clean = {
        "payee": {"payment__payee": payee},
        "seen_names": {"opponent__bill_name": "甲公司"},
    }
    hint = str(BY_NAME["names"].form(answers=seen, on=ON).fields["order__seller_company"].help_text)

    assert ("您前面填的收款方是“甲公司”" in hint) is told


def test_a_company_seen_on_the_page_is_not_asked_for_again() -> None:
    seen: Clean = {"seen_names": {"opponent__page_company": "甲公司"}}

    assert "order__seller_company" not in BY_NAME["names"].form(answers=seen, on=ON).fields
    assert "order__seller_company" in BY_NAME["names"].form(answers={}, on=ON).fields


def test_what_was_used_is_asked_of_a_card_in_use() -> None:
    used = {"signs": {"signals__used": True}}

    assert "consumed" in asked(**used, **ACTIVE)
    assert "consumed" not in asked(**ACTIVE, signs={"signals__used": False})


def test_applying_on_ones_behalf_matters_before_there_is_a_number() -> None:
    def fields(answers: Any) -> set[str]:
        return set(BY_NAME["clauses"].form(answers=answers, on=ON).fields)

    assert "order__page_says_agency" in fields({})
    assert "order__page_says_agency" not in fields(ACTIVE)


CHILD: Clean = {"about_you": {"consumer__minor": True}}


def test_a_child_is_asked_its_age_and_who_paid() -> None:
    assert "minor" in asked(**CHILD)
    assert "minor" not in asked(about_you={"consumer__minor": None})
    nobody_paid: Clean = {**CHILD, "payee": {"payment__payee": "nobody"}}
    assert list(BY_NAME["minor"].form(answers=nobody_paid, on=ON).fields) == ["consumer__age"]


@pytest.mark.parametrize("age", ["18", "120", "-1"])
def test_an_age_is_a_childs(age: str) -> None:
    faults = errors("minor", {"consumer__age": [age], "payment__payer": ["me"]}, CHILD)

    assert set(faults) == {"consumer__age"}


def test_a_childs_age_is_never_kept_beside_a_name() -> None:
    aged: Clean = {**CHILD, "minor": {"consumer__age": 12}}

    assert "consumer__name" not in BY_NAME["names"].form(answers=aged, on=ON).fields
    assert "consumer__name" in BY_NAME["names"].form(answers=CHILD, on=ON).fields


def test_the_last_page_asks_for_names() -> None:
    assert asked()[-1] == "names"


def test_every_step_has_a_part_and_the_parts_come_in_order() -> None:
    parts = [PARTS.index(step.part) for step in STEPS]

    assert parts == sorted(parts)
    assert set(parts) == set(range(len(PARTS)))


def test_names_are_unique_and_make_urls() -> None:
    assert len(BY_NAME) == len(STEPS)
    assert all(name.replace("_", "").isalpha() for name in BY_NAME)


def test_nobody_asks_about_an_order_that_somebody_else_made() -> None:
    steps = asked(**NOT_MINE)

    for step in ("sales_channel", "placed_on", "payee", "parcel", "request", "promises"):
        assert step not in steps
    assert "activation" in steps


def test_not_knowing_whose_order_it_is_asks_as_for_an_own_one() -> None:
    assert asked(situation={"order__placed_by_me": None}) == asked(**MINE)


@pytest.mark.parametrize(
    ("payee", "steps"),
    [("nobody", set()), ("affiliate", {"amount", "method"}), (None, {"amount", "method"})],
)
def test_who_paid_nobody_is_not_asked_how_much(payee: str | None, steps: set[str]) -> None:
    found = asked(**MINE, payee={"payment__payee": payee})

    assert set(found) & {"amount", "method"} == steps


def test_paying_nobody_means_a_sum_of_zero() -> None:
    answer = clean("payee", {"payment__payee": ["nobody"]}, walk({}))

    assert answer == {"payment__payee": "nobody", "payment__amount": "0.00"}


def test_leaving_the_marketplace_is_asked_where_the_money_went_elsewhere() -> None:
    assert "off_platform" in asked(**LIVESTREAM, payee={"payment__payee": "individual"})
    assert "off_platform" not in asked(**LIVESTREAM, payee={"payment__payee": "marketplace"})
    assert "off_platform" not in asked(payee={"payment__payee": "individual"})


@pytest.mark.parametrize(
    ("parcel", "field"),
    [("delivered", "signals__delivered_on"), ("returned", "signals__returned_on")],
)
def test_a_parcel_that_arrived_has_a_date(parcel: str, field: str) -> None:
    answers = {"parcel": {"signals__parcel": parcel}}

    assert "parcel_date" in asked(**answers)
    assert list(BY_NAME["parcel_date"].form(answers=answers, on=ON).fields) == [field]


@pytest.mark.parametrize(
    ("parcel", "title"),
    [("delivered", "是哪天签收的？"), ("returned", "卖家是哪天收到退件的？")],
)
def test_the_date_of_a_parcel_is_asked_by_its_own_name(parcel: str, title: str) -> None:
    form = BY_NAME["parcel_date"].form(answers={"parcel": {"signals__parcel": parcel}}, on=ON)

    assert (form.title, form.single) == (title, True)


def test_a_parcel_on_its_way_has_none() -> None:
    assert "parcel_date" not in asked(parcel={"signals__parcel": "in_transit"})


def test_a_number_in_service_raises_its_own_questions() -> None:
    own = {"activation", "first_top_up", "contract_period", "disputed_charge"}

    assert own <= set(asked(**MINE, **ACTIVE))
    assert not own & set(asked(**MINE))


def test_a_top_up_paid_to_the_carrier_is_asked_beside_the_sum() -> None:
    answers = {"payee": {"payment__payee": "carrier"}}

    assert "payment__first_top_up" in BY_NAME["amount"].form(answers=answers, on=ON).fields
    assert "first_top_up" not in asked(**answers, **ACTIVE)


def test_the_terms_of_a_contract_are_asked_where_there_is_one() -> None:
    assert "contract_terms" in asked(**ACTIVE, contract_period={"order__minimum_term": True})
    assert "contract_terms" not in asked(**ACTIVE, contract_period={"order__minimum_term": None})


def test_a_complaint_to_the_carrier_has_a_day_and_a_reply() -> None:
    assert {"carrier_ticket", "carrier_reply"} <= set(asked(**COMPLAINED))
    assert "carrier_ticket" not in asked(carrier_complaint={"carrier__complained": False})


@pytest.mark.parametrize(("reply", "dated"), [("refused", True), ("none", False), (None, False)])
def test_only_a_reply_has_a_day(reply: str | None, dated: bool) -> None:
    steps = asked(**COMPLAINED, carrier_reply={"carrier__reply": reply})

    assert ("carrier_reply_date" in steps) is dated


def test_a_request_is_followed_by_its_day_and_the_reply() -> None:
    assert {"request_details", "seller_reply"} <= set(asked(**REQUESTED))
    assert "seller_reply" not in asked(request={"dealings__requested": False})


@pytest.mark.parametrize(
    ("reply", "fields"),
    [
        ("accepted", ["dealings__replied_on", "dealings__promised_on"]),
        ("refused", ["dealings__replied_on", "dealings__reasons"]),
        ("deduction", ["dealings__replied_on", "dealings__reasons", "dealings__promised_on"]),
    ],
)
def test_the_details_fit_the_reply(reply: str, fields: list[str]) -> None:
    answers: Clean = {**REQUESTED, "seller_reply": {"dealings__reply": reply}}

    assert "seller_reply_details" in asked(**answers)
    form = BY_NAME["seller_reply_details"].form(answers=answers, on=ON)
    assert list(form.fields) == fields


def test_whether_the_seller_can_be_reached_is_asked_of_every_order() -> None:
    answer = clean("contact", {"dealings__unreachable": ["yes"]}, walk({}))

    assert answer == {"dealings__unreachable": True}
    assert "contact" in asked()
    assert "contact" not in asked(situation={"order__placed_by_me": False})


def test_a_reply_may_have_come_before_the_seller_was_gone() -> None:
    gone = {"contact": {"dealings__unreachable": True}}

    assert "seller_reply" in asked(**gone, **REQUESTED)


def test_less_back_than_paid_is_a_deduction() -> None:
    paid = {"amount": {"payment__amount": "59.00"}}
    accepted: Clean = {**REQUESTED, "seller_reply": {"dealings__reply": "accepted"}}

    assert "deduction" in asked(**paid, **accepted, refunded={"payment__refunded": "39.00"})
    assert "deduction" not in asked(**paid, **accepted, refunded={"payment__refunded": "59.00"})
    assert "deduction" not in asked(**paid, **accepted, refunded={"payment__refunded": "0.00"})
    assert "deduction" in asked(**REQUESTED, seller_reply={"dealings__reply": "deduction"})


def test_the_marketplace_is_asked_about_where_there_is_one() -> None:
    assert "marketplace_reply" in asked(**LIVESTREAM, **REQUESTED)
    assert "marketplace_reply" not in asked(**REQUESTED)


def test_a_clause_is_looked_at_closely_when_there_is_one() -> None:
    assert "clause_prominent" in asked(clauses={"terms__no_refund_clause": True})
    assert "clause_prominent" not in asked(clauses={"terms__no_refund_clause": None})


def test_what_is_asked_about_the_person_depends_on_the_stage() -> None:
    def fields(answers: Any) -> set[str]:
        return set(BY_NAME["about_you"].form(answers=answers, on=ON).fields)

    assert "consumer__has_other_service" in fields(ACTIVE)
    assert "consumer__unknown_numbers" in fields(NOT_MINE)
    assert fields({}) == {"consumer__uploaded_id_photos", "consumer__minor"}
    assert "consumer__minor" not in fields(NOT_MINE)


@pytest.mark.parametrize("step", ["carrier", "carrier_record", "stage", "about_you", "names"])
def test_of_a_number_that_turned_up_no_page_speaks_of_an_order(step: str) -> None:
    form = BY_NAME[step].form(answers=NOT_MINE, on=ON)

    words = [str(form.title), *(f"{field.label}{field.help_text}" for field in form)]
    assert not [each for each in words if "订单" in each or "下单" in each]


@pytest.mark.parametrize("record", ["active", "awaiting_activation", "cancelled", "no_order"])
def test_the_carrier_is_asked_about_a_number_that_turned_up(record: str) -> None:
    answer = clean("carrier_record", {"signals__carrier_record": [record]}, walk(NOT_MINE))

    assert answer == {"signals__carrier_record": record}


def test_a_disputed_charge_has_a_day() -> None:
    assert "disputed_charge_date" in asked(**ACTIVE, disputed_charge={"disputed_charge": True})
    assert "disputed_charge_date" not in asked(**ACTIVE, disputed_charge={"disputed_charge": None})


@pytest.mark.parametrize(("typed", "words"), [("not_applied", "没申请过"), ("unknown", "不清楚")])
def test_not_having_applied_is_told_from_not_knowing(typed: str, words: str) -> None:
    form = BY_NAME["marketplace_reply"].form(answers=LIVESTREAM, on=ON)
    answer = clean("marketplace_reply", {"dealings__marketplace_reply": [typed]}, walk(LIVESTREAM))

    assert facts_from({"": answer}, on=ON).dealings.marketplace_reply is None
    assert [said for _label, said in form.said(answer)] == [words]


def test_the_rare_bodies_come_last() -> None:
    codes = [str(body) for body in BODIES]

    assert codes[0] == "market_regulator_complaint"
    assert codes.index("internet_court") > codes.index("police")


def groups_of(answers: Clean) -> list[str]:
    """The headings over the bodies, as the page has them."""
    form: Any = BY_NAME["filed_where"].form(answers=answers, on=ON)
    return [str(title) for title, _boxes in form["filed_where"].groups]


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({}, ["市场监管、热线和消协", "平台"]),
        (LIVESTREAM, ["平台", "市场监管、热线和消协"]),
        (ACTIVE, ["运营商和通信部门", "市场监管、热线和消协"]),
        ({"payee": {"payment__payee": "carrier"}}, ["运营商和通信部门", "市场监管、热线和消协"]),
        (NOT_MINE, ["运营商和通信部门", "公安和法院"]),
    ],
)
def test_the_bodies_likely_for_the_order_come_first(answers: Clean, first: list[str]) -> None:
    assert groups_of(answers)[:2] == first
    assert sorted(groups_of(answers)) == sorted(groups_of({}))


def test_every_body_stands_under_one_heading_and_none_of_them_below_all() -> None:
    field: Any = BY_NAME["filed_where"].form(answers=LIVESTREAM, on=ON)["filed_where"]
    boxes = [box.data["value"] for _title, group in field.groups for box in group]

    assert sorted(boxes) == sorted(BODIES)
    assert field.groups[0][1][0].id_for_label == field.first_id
    assert [box.data["value"] for box in field.alone] == ["none_of_these", "unknown"]


@pytest.mark.parametrize("answers", [{}, LIVESTREAM, ACTIVE, NOT_MINE])
def test_the_bodies_are_kept_in_one_order_whatever_the_page_has_first(answers: Clean) -> None:
    typed = {"filed_where": ["police", "carrier_group", "marketplace"]}

    answer = clean("filed_where", typed, walk(answers))

    assert answer == {"filed_where": ["marketplace", "carrier_group", "police"]}


POLICE: Clean = {"filed_where": {"filed_where": ["police"]}}


@pytest.mark.parametrize(
    ("typed", "outcome", "words"),
    [
        ("heard", None, "已受案"),
        ("refused", "refused", "不受案，或让找别的部门"),
        ("settled", "settled", "已有结果"),
        ("unknown", None, "还没有结果，或不清楚"),
    ],
)
def test_the_police_answer_in_their_own_words(typed: str, outcome: Any, words: str) -> None:
    facts = {"filed": [{"channel": "police", "on": "2026-11-18"}]}
    form = BY_NAME["filed_details"].form(answers=POLICE, on=ON)

    answer = clean(
        "filed_details",
        {**typed_for(facts)["filed_details"], "police-outcome": [typed]},
        walk(POLICE),
    )

    assert answer["filed"][0].get("outcome") == outcome
    assert [said for _label, said in form.said(answer)][-1] == words
    assert "police-against" not in form.fields
    assert facts_from({"": answer}, on=ON).filings[0].open is (outcome is None)


def test_filings_are_asked_about_one_by_one() -> None:
    facts = {
        **NUMBER_RESERVED_CANNOT_REVOKE,
        "filed": [
            {"channel": "heimao", "against": "affiliate", "reference": "HM1"},
            {"channel": "police", "on": "2026-11-18", "outcome": "refused"},
        ],
    }

    assert answered(facts).counted["filed_details"]["filed"] == facts["filed"]


TWICE = [
    {"channel": "heimao", "against": "affiliate", "reference": "HM1"},
    {"channel": "heimao", "against": "carrier", "reference": "HM2", "outcome": "ended"},
    {"channel": "police", "on": "2026-11-18"},
]


def test_two_filings_in_one_place_are_told_apart() -> None:
    facts = {**NUMBER_RESERVED_CANNOT_REVOKE, "filed": TWICE}
    counted = answered(facts).counted
    form = BY_NAME["filed_details"].form(answers=counted, on=ON)

    said = [str(label) for label, _words in form.said(counted["filed_details"])]

    assert counted["filed_details"]["filed"] == TWICE
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("before", "button", "after"),
    [("1", "add", 2), ("2", "add", 3), ("5", "add", 5), ("2", "remove", 1), ("1", "remove", 1)],
)
def test_a_button_asks_for_one_filing_more_or_less(before: str, button: str, after: int) -> None:
    posted = MultiValueDict({"police-count": [before], "nav": [f"{button}:police"]})
    form = BY_NAME["filed_details"].form(posted, answers=POLICE, on=ON)

    kept = form.typed(posted)

    again = BY_NAME["filed_details"].form(MultiValueDict(kept), answers=POLICE, on=ON)
    assert isinstance(again, FiledDetails)
    assert len(again.groups) == after


def test_a_wrong_date_of_a_second_filing_is_refused_beside_it() -> None:
    filings = [{"channel": "police"}, {"channel": "police", "on": "2026-11-23"}]

    faults = errors("filed_details", typed_for({"filed": filings})["filed_details"], POLICE)

    assert list(faults) == ["police-2-on"]


def test_nothing_filed_asks_for_no_details() -> None:
    assert "filed_details" not in asked(filed_where={"filed_where": []})


@pytest.mark.parametrize(
    ("step", "answers", "field", "day"),
    [
        ("placed_on", {}, "order__placed_on", "2026-11-23"),
        (
            "request_details",
            {"placed_on": {"order__placed_on": "2026-11-10"}},
            "dealings__requested_at",
            "2026-11-09",
        ),
        (
            "seller_reply_details",
            {"request_details": {"dealings__requested_at": "2026-11-10T08:00"}},
            "dealings__replied_on",
            "2026-11-09",
        ),
        (
            "carrier_reply_date",
            {"carrier_ticket": {"carrier__complained_on": "2026-11-10"}},
            "carrier__replied_on",
            "2026-11-09",
        ),
    ],
)
def test_an_impossible_date_is_refused_on_its_own_page(
    step: str, answers: Any, field: str, day: str
) -> None:
    year, month, date_ = day.split("-")
    typed = {f"{field}_year": [year], f"{field}_month": [month], f"{field}_day": [date_]}

    faults = errors(step, typed, answers)

    assert faults.as_data()[field][0].code == "impossible"
    assert all(word[0] >= "\u4e00" for word in faults[field])


def month_of(name: str, year: str, month: str) -> Typed:
    """A month typed beside the ticked 不清楚."""
    return {f"{name}_year": [year], f"{name}_month": [month], f"{name}_unknown": ["on"]}


def test_a_month_is_no_day_to_reckon_with_but_is_said() -> None:
    typed = month_of("order__placed_on", "2026", "10")

    answer = clean("placed_on", typed, walk({}))

    assert answer == {"order__placed_on": None, "months": {"order__placed_on": "2026-10"}}
    assert facts_from({"placed_on": answer}, on=ON).order.placed_on is None
    said = BY_NAME["placed_on"].form(answers={}, on=ON).said(answer)
    assert list(said) == [("下单日期", "2026年10月，哪天不清楚")]


def test_a_month_to_come_is_refused_where_its_days_would_be() -> None:
    faults = errors("placed_on", month_of("order__placed_on", "2026", "12"))
    assert faults.as_data()["order__placed_on"][0].code == "impossible"

    answers = {"seller_reply": {"dealings__reply": "accepted"}}
    promised = month_of("dealings__promised_on", "2026", "12")
    assert not errors(
        "seller_reply_details", {"dealings__replied_on_unknown": ["on"], **promised}, answers
    )


def test_the_month_of_a_filing_is_said_beside_it() -> None:
    answers = {"filed_where": {"filed_where": ["police"]}}
    typed = {
        **month_of("police-on", "2026", "9"),
        "police-accepted_on_unknown": ["on"],
        "police-closed_on_unknown": ["on"],
        "police-outcome": ["unknown"],
    }

    form = BY_NAME["filed_details"].form(MultiValueDict(typed), answers=answers, on=ON)

    assert form.is_valid(), form.errors
    assert form.answer()["filed"] == [{"channel": "police"}]
    assert ("报案日期", "2026年9月，哪天不清楚") in list(form.said(form.answer()))


def test_a_contradiction_names_both_dates() -> None:
    typed = {
        "signals__delivered_on_year": ["2026"],
        "signals__delivered_on_month": ["10"],
        "signals__delivered_on_day": ["31"],
    }
    answers: Clean = {
        "placed_on": {"order__placed_on": "2026-11-01"},
        "parcel": {"signals__parcel": "delivered"},
    }

    faults = errors("parcel_date", typed, answers)

    assert faults["signals__delivered_on"] == [
        "签收日期早于您填的下单日期（2026年11月1日），请改正其中一个"
    ]


def test_a_promised_day_may_lie_ahead() -> None:
    answers: Clean = {**REQUESTED, "seller_reply": {"dealings__reply": "accepted"}}
    typed = {
        "dealings__replied_on_unknown": ["on"],
        "dealings__promised_on_year": ["2026"],
        "dealings__promised_on_month": ["12"],
        "dealings__promised_on_day": ["1"],
    }

    assert not errors("seller_reply_details", typed, answers)


def test_a_filing_closed_before_it_was_made_is_refused_beside_its_date() -> None:
    facts = {"filed": [{"channel": "police", "on": "2026-11-18", "closed_on": "2026-11-17"}]}

    faults = errors(
        "filed_details",
        typed_for(facts)["filed_details"],
        {"filed_where": {"filed_where": ["police"]}},
    )

    assert "police-closed_on" in faults


def test_every_question_must_be_answered_somehow() -> None:
    optional = {"seller", "seen_names", "names", "stage_so_far", "stage", "filed_details"}
    for step in STEPS:
        if step.asks:
            form = step.form(MultiValueDict(), answers={}, on=ON)
            assert form.is_valid() is (step.name in optional), step.name


def test_a_changed_mind_leaves_no_trace() -> None:
    answers = {**answered(NUMBER_RESERVED_CANNOT_REVOKE).counted, **NOT_MINE}

    counted = walk(answers).counted

    assert "payee" not in counted
    assert facts_from(counted, on=ON).payment.amount is None


def test_a_change_before_asks_again_what_it_made_impossible() -> None:
    told = answered(NUMBER_RESERVED_CANNOT_REVOKE)
    typed = typed_for(NUMBER_RESERVED_CANNOT_REVOKE)
    stored = {name: {"typed": typed[name], "clean": told.counted[name]} for name in told.counted}
    stored["channels"]["typed"] = {"chosen": list(told.counted["channels"]["chosen"])}
    late = {"order__placed_on": "2026-11-20"}
    stored["placed_on"] = {
        "typed": {
            "order__placed_on_year": ["2026"],
            "order__placed_on_month": ["11"],
            "order__placed_on_day": ["20"],
        },
        "clean": late,
    }

    assert recheck(stored, on=ON)["request_details"] is None


def test_no_sentence_to_the_person_is_glued_to_a_label() -> None:
    answers: Clean = {"filed_where": {"filed_where": ["police", "heimao"]}}
    for step in STEPS:
        form = step.form(MultiValueDict(), answers=answers, on=ON)
        said = [str(error) for errors_ in form.errors.values() for error in errors_]

        assert not [sentence for sentence in said if "：" in sentence or "%" in sentence]
        assert len(set(said)) == len(said), step.name


def test_who_was_sent_to_the_seller_finds_it_at_the_record_and_at_the_reply() -> None:
    sent = clean("carrier_record", {"signals__carrier_record": ["sent_to_agent"]}, walk({}))
    before = {"carrier_record": sent}

    assert sent == {"signals__carrier_record": "no_order", "sent_to_agent": True}
    said = dict(BY_NAME["carrier_record"].form(answers={}, on=ON).said(sent))
    assert list(said.values()) == ["没有查到，让我找卖家"]
    assert facts_from(before, on=ON).signals.carrier_record == "no_order"
    asked_before = BY_NAME["carrier_complaint"].form(answers=before, on=ON)
    assert "让我找卖家" in str(asked_before.fields["carrier__complained"].help_text)
    reply = BY_NAME["carrier_reply"].form(answers=before, on=ON)
    assert reply["carrier__reply"].value() == "sent_to_agent"
    assert BY_NAME["carrier_reply"].form(answers={}, on=ON)["carrier__reply"].value() is None


def test_of_a_number_that_turned_up_only_possible_evidence_is_offered() -> None:
    form = BY_NAME["evidence"].form(answers=NOT_MINE, on=ON)
    offered = {code for code, _label in form.fields["evidence"].choices}  # type: ignore[attr-defined]

    assert {"number_check_sms", "carrier_ticket", "bill"} < offered
    assert not offered & {"order_page", "courier_record", "seller_licence", "sim_photo"}


@pytest.mark.parametrize(
    ("carrier", "example"),
    [("china_mobile", "中国移动"), ("china_unicom", "中国联合"), ("mvno", ""), (None, "")],
)
def test_the_example_of_a_company_is_the_carriers_own(carrier: str | None, example: str) -> None:
    form = BY_NAME["names"].form(answers={"carrier": {"carrier__name": carrier}}, on=ON)
    hint = str(form.fields["carrier__company"].help_text)

    assert example in hint
    assert ("例如" in hint) is bool(example)
