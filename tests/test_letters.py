"""Each letter once in full, beside what holds for every letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.plan import ActionPlan, make_plan
from cases.renderings.letters import BlankInLetter, Letter, write_letter, write_letters
from cases.vocabulary import Channel
from tests.scenario_check import plan_for, scenario

GOLDEN = Path(__file__).parent / "golden"
ON = date(2026, 11, 22)
# (file of the scenario, its name, the letters read in full)
READ: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "shared_activated_after_request_by_someone_else",
        "申请退款后号码被他人激活",
        (
            "affiliate_service",
            "carrier_complaint",
            "telecom_escalation",
            "communications_administration",
        ),
    ),
    (
        "shared_wait_for_monthly_settlement",
        "撤单已确认，网盟称等月结",
        ("affiliate_management", "market_regulator_complaint", "payment_provider"),
    ),
    (
        "shared_number_reserved_cannot_revoke",
        "已提交，店铺称号码已分配无法撤销",
        ("marketplace", "telecom_escalation", "market_regulator_complaint"),
    ),
    (
        "shared_free_card_changed_mind",
        "0 元卡，已提交未分配号码，不想要了",
        ("affiliate_service", "carrier_complaint"),
    ),
    (
        "forged_identity_registration",
        "a number that turned up in my name",
        ("carrier_complaint", "police", "communications_administration"),
    ),
    (
        "false_advertisement",
        "a page that is not true, and kept",
        ("market_regulator_report",),
    ),
    (
        "police_matters",
        "a stranger who took the money and is gone",
        ("police", "payment_provider"),
    ),
)
LETTERS = [(file, name, channel) for file, name, channels in READ for channel in channels]


def plan_of(facts: dict[str, Any], knowledge: Knowledge) -> ActionPlan:
    return make_plan(assess(read_facts(facts, on=ON), knowledge, on=ON))


def letter_of(facts: dict[str, Any], channel: Channel, knowledge: Knowledge) -> Letter:
    letters = write_letters(plan_of(facts, knowledge))
    return next(letter for letter in letters if letter.channel is channel)


@pytest.mark.parametrize(
    ("file", "name", "channel"), LETTERS, ids=[f"{file}-{c}" for file, _, c in LETTERS]
)
def test_it_reads_as_it_did(
    file: str, name: str, channel: str, request: pytest.FixtureRequest
) -> None:
    story = scenario(file, name)
    letters = plan_for(story.facts, story.on)["letters"]
    text = next(row["text"] for row in letters if row["channel"] == channel) + "\n"
    golden = GOLDEN / f"{file}-{channel}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(text, encoding="utf-8")

    assert text == golden.read_text(encoding="utf-8")


def test_every_letter_is_read_in_full(knowledge: Knowledge) -> None:
    assert {channel for _, _, channel in LETTERS} == set(knowledge.letters)


def test_no_golden_letter_is_left_over() -> None:
    wanted = {f"{file}-{channel}.txt" for file, _, channel in LETTERS}

    assert {path.name for path in GOLDEN.iterdir()} == wanted


def test_what_is_not_known_is_a_blank(knowledge: Knowledge) -> None:
    letter = letter_of({}, Channel.AFFILIATE_SERVICE, knowledge)

    assert "【请填写：下单日期】" in letter.facts
    assert "【请填写：卖家全称】" in letter.text
    assert "【请填写：姓名】，【请填写：手机号】" in letter.text


def test_what_is_known_stands_in_its_place(knowledge: Knowledge) -> None:
    facts = {
        "order": {"placed_on": "2026-11-06", "seller_company": "靓卡有限公司", "number": "K1"},
        "payment": {"payee": "affiliate", "method": "merchant_wechat", "amount": "68.50"},
        "consumer": {"name": "张三", "phone": "13800000000"},
    }
    letter = letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge)

    assert "2026年11月6日" in letter.facts
    assert "68.50元" in letter.requests
    assert "张三，13800000000" in letter.text
    assert "订单编号K1" in letter.text


def test_requests_are_numbered_in_one_row(knowledge: Knowledge) -> None:
    letter = letter_of({}, Channel.CARRIER_COMPLAINT, knowledge)
    numbers = [line.partition(".")[0] for line in letter.requests.splitlines()]

    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_a_typed_text_stays_a_text(knowledge: Knowledge) -> None:
    facts = {"order": {"seller_name": "{{ owed }}{% if a %}\n甲", "number": "%s" * 150}}
    letter = letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge)

    assert "｛｛ owed ｝｝｛% if a %｝ 甲" in letter.text
    assert "%s" * 90 in letter.text
    assert "%s" * 101 not in letter.text


def test_a_letter_without_a_variable_it_wants_is_an_error(knowledge: Knowledge) -> None:
    police = knowledge.letters[Channel.POLICE]
    broken = police.model_copy(update={"text": police.text + "{{ moon }}"})
    changed = replace(knowledge, letters={**knowledge.letters, Channel.POLICE: broken})
    plan = plan_of({"order": {"placed_by_me": False}}, changed)
    action = next(action for action in plan.actions if action.channel is Channel.POLICE)

    with pytest.raises(BlankInLetter, match="moon"):
        write_letter(plan, action)


def test_a_letter_that_needs_what_nobody_has_is_an_error(knowledge: Knowledge) -> None:
    police = knowledge.letters[Channel.POLICE]
    head = police.head.model_copy(update={"needs": (*police.head.needs, "moon")})
    letters = {**knowledge.letters, Channel.POLICE: police.model_copy(update={"head": head})}
    plan = plan_of({"order": {"placed_by_me": False}}, replace(knowledge, letters=letters))
    action = next(action for action in plan.actions if action.channel is Channel.POLICE)

    with pytest.raises(KeyError, match="moon"):
        write_letter(plan, action)


def test_no_letter_speaks_to_its_own_writer(knowledge: Knowledge) -> None:
    for letter in write_letters(plan_of({"order": {"placed_by_me": False}}, knowledge)):
        assert "您" not in letter.text


def test_a_guardian_speaks_of_the_child(knowledge: Knowledge) -> None:
    facts = {
        "order": {"placed_on": "2026-11-01", "sales_channel": "affiliate_site"},
        "payment": {"payee": "affiliate", "amount": "29.00"},
        "signals": {"carrier_record": "active", "used": True},
        "activation": {"at": "2026-11-05", "by": "me"},
        "consumer": {"minor": True, "name": "陈建国"},
    }

    letter = letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge)

    assert "下单的是我的孩子" in letter.text
    assert "号码激活，由孩子操作" in letter.text
    assert "孩子已经用过" in letter.text
    assert "陈建国（法定代理人）" in letter.text
