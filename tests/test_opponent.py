"""Who is on the other side: each sign alone, signs that agree, signs that do not."""

from __future__ import annotations

from typing import Any

import pytest

from cases.assessment import assess
from cases.assessment.opponent import BRANDS, brand, chain
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.plan import make_plan
from cases.renderings.plan_json import as_json
from cases.vocabulary import CarrierName, Channel
from cases.wizard.forms.plan import COMPANIES
from tests.flow import ON

SITE = {"sales_channel": "affiliate_site"}
TO_SELLER = {"payee": "affiliate", "amount": "68.00"}
TO_VERIFY = "（付款账单显示的收款方，是否为实际经营者待核实）"


def linked(knowledge: Knowledge, **facts: Any) -> dict[str, tuple[str | None, str, list[str]]]:
    """role: (name, certainty, signs) of every link."""
    assessment = assess(read_facts(facts, on=ON), knowledge, on=ON)
    return {
        str(link.role): (link.name, str(link.certainty), [str(sign) for sign in link.signs])
        for link in chain(assessment.situation)
    }


def letters(knowledge: Knowledge, **facts: Any) -> list[dict[str, Any]]:
    plan = make_plan(assess(read_facts(facts, on=ON), knowledge, on=ON))
    written: list[dict[str, Any]] = as_json(plan)["letters"]
    return written


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (None, "unknown", [])),
        ({"order": {"seller_company": "甲公司"}}, ("甲公司", "known", ["seller_company"])),
        ({"order": {"seller_name": "靓卡"}}, ("靓卡", "probable", ["seller_name"])),
        ({"opponent": {"bill_name": "乙公司"}}, ("乙公司", "probable", ["bill_name"])),
        ({"opponent": {"page_company": "乙公司"}}, ("乙公司", "probable", ["page_company"])),
        ({"opponent": {"parcel_sender": "丙仓"}}, ("丙仓", "probable", ["parcel_sender"])),
        (
            {"opponent": {"bill_name": "乙（深圳）公司", "page_company": "乙(深圳) 公司"}},
            ("乙（深圳）公司", "known", ["bill_name", "page_company"]),
        ),
        (
            {"opponent": {"bill_name": "乙公司", "page_company": "丁公司"}},
            ("乙公司", "probable", ["bill_name"]),
        ),
        (
            {"payment": {"payee": "marketplace"}, "opponent": {"bill_name": "某平台"}},
            (None, "unknown", []),
        ),
    ],
)
def test_the_seller_is_told_by_the_surest_sign(
    knowledge: Knowledge, facts: Any, expected: tuple[str | None, str, list[str]]
) -> None:
    assert linked(knowledge, **facts)["seller"] == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (None, "unknown", [])),
        (
            {"order": {"sales_channel": "marketplace", "marketplace": "拼多多"}},
            ("拼多多", "known", ["marketplace"]),
        ),
        (
            {"payment": {"payee": "marketplace"}, "opponent": {"bill_name": "某平台"}},
            ("某平台", "probable", ["bill_name"]),
        ),
    ],
)
def test_the_platform_is_named_or_stands_on_the_bill(
    knowledge: Knowledge, facts: Any, expected: tuple[str | None, str, list[str]]
) -> None:
    assert linked(knowledge, **facts)["platform"] == expected


def test_an_order_on_the_sellers_own_page_has_no_platform(knowledge: Knowledge) -> None:
    assert list(linked(knowledge, order=SITE)) == ["seller", "carrier"]


def test_a_number_that_turned_up_has_a_carrier_only(knowledge: Knowledge) -> None:
    assert list(linked(knowledge, order={"placed_by_me": False})) == ["carrier"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (None, "unknown", [])),
        ({"carrier": {"company": "某分公司"}}, ("某分公司", "known", ["carrier_company"])),
        ({"carrier": {"name": "china_unicom"}}, ("中国联通", "known", ["carrier_name"])),
        (
            {"carrier": {"name": "china_unicom"}, "opponent": {"sms_sender": "10010"}},
            ("中国联通", "known", ["carrier_name", "sms_sender"]),
        ),
        (
            {"carrier": {"name": "china_unicom"}, "opponent": {"card_brand": "中国移动"}},
            ("中国联通", "probable", ["carrier_name"]),
        ),
        ({"opponent": {"card_brand": "china_mobile"}}, ("中国移动", "probable", ["card_brand"])),
        (
            {"opponent": {"card_brand": "电信", "sms_sender": "10000"}},
            ("中国电信", "known", ["card_brand", "sms_sender"]),
        ),
        (
            {"opponent": {"card_brand": "电信", "sms_sender": "10086"}},
            (None, "unknown", ["card_brand", "sms_sender"]),
        ),
        ({"opponent": {"card_brand": "小鱼通信"}}, ("小鱼通信", "probable", ["card_brand"])),
    ],
)
def test_the_carrier_is_told_by_answer_card_and_messages(
    knowledge: Knowledge, facts: Any, expected: tuple[str | None, str, list[str]]
) -> None:
    assert linked(knowledge, **facts)["carrier"] == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("10086", CarrierName.CHINA_MOBILE),
        ("中国联通10010", CarrierName.CHINA_UNICOM),
        ("CMCC", CarrierName.CHINA_MOBILE),
        ("1069 1008 6123", None),
        ("移动和联通", None),
        ("小鱼通信", None),
    ],
)
def test_a_brand_is_read_from_words_and_numbers(text: str, name: CarrierName | None) -> None:
    assert brand(text) is name


def test_a_payee_on_the_bill_is_addressed_as_to_be_verified(knowledge: Knowledge) -> None:
    order = {**SITE, "seller_name": "靓卡"}
    written = letters(
        knowledge, order=order, payment=TO_SELLER, opponent={"bill_name": "乙科技公司"}
    )

    to_seller = [letter for letter in written if letter["respondent"] == "affiliate"]
    assert any(f"乙科技公司{TO_VERIFY}" in letter["text"] for letter in to_seller)


def test_a_company_that_is_known_is_addressed_as_it_is(knowledge: Knowledge) -> None:
    order = {**SITE, "seller_company": "甲公司"}
    written = letters(knowledge, order=order, payment=TO_SELLER, opponent={"bill_name": "乙公司"})

    assert not [letter for letter in written if "待核实）" in letter["text"]]
    assert any("甲公司" in letter["text"] for letter in written)


def test_nobody_reads_the_brackets_aloud(knowledge: Knowledge) -> None:
    order = {**SITE, "seller_name": "靓卡"}
    written = letters(
        knowledge, order=order, payment=TO_SELLER, opponent={"page_company": "乙科技公司"}
    )

    spoken = [
        row["text"]
        for letter in written
        for row in letter["shorter"]
        if row["length"].startswith("call")
    ]
    assert spoken
    assert not [text for text in spoken if "待核实" in text]


@pytest.mark.parametrize(
    ("seen", "shop"), [({"bill_name": "乙公司"}, "靓卡优选"), ({}, None)], ids=["other", "same"]
)
def test_the_name_of_the_shop_stands_beside_another(
    knowledge: Knowledge, seen: dict[str, str], shop: str | None
) -> None:
    facts = read_facts({"order": {**SITE, "seller_name": "靓卡优选"}, "opponent": seen}, on=ON)

    sold_by, *others = as_json(make_plan(assess(facts, knowledge, on=ON)))["chain"]

    assert sold_by.get("shop") == shop
    assert not any("shop" in link for link in others)


def test_the_plan_carries_the_chain(knowledge: Knowledge) -> None:
    facts = read_facts({"order": SITE, "opponent": {"bill_name": "乙公司"}}, on=ON)

    content = as_json(make_plan(assess(facts, knowledge, on=ON)))

    assert content["chain"][0] == {
        "role": "seller",
        "name": "乙公司",
        "certainty": "probable",
        "from": ["bill_name"],
    }


# Every carrier in every place that lists them

# Resellers have no brand, company or number in common.
CARRIERS = [name for name in CarrierName if name is not CarrierName.MVNO]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_is_known_wherever_carriers_are_told_apart(
    carrier: CarrierName, knowledge: Knowledge
) -> None:
    label = knowledge.labels["carrier_name"][carrier]
    (hotline,) = [
        row for row in knowledge.channels[Channel.CARRIER_COMPLAINT].hotlines if row.label == label
    ]
    above = {row.carrier for row in knowledge.channels[Channel.CARRIER_GROUP].contacts}
    precaution = knowledge.precautions["ask_carrier_about_tariff"].look_at or ""

    assert carrier in BRANDS, "add how its brand is written to BRANDS in cases/assessment"
    assert hotline.value in BRANDS[carrier], "its messages come from its number"
    assert carrier in COMPANIES, "add how its companies are called in cases/wizard/forms/plan.py"
    assert carrier in above, "add a contact to channels/carrier_group.toml"
    assert hotline.value in knowledge.phrase("why_carrier_unknown"), "phrases.toml names all"
    assert hotline.value in precaution, "precautions/ask_carrier_about_tariff.toml names all"
