"""Each letter once in full, beside what holds for every letter."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from django.template.base import NodeList, TextNode
from django.template.defaulttags import ForNode, IfNode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.knowledge.schema import Letter as LetterTemplate
from cases.plan import ActionPlan, make_plan
from cases.renderings.letters import ENGINE, BlankInLetter, Letter, write_letter, write_letters
from cases.renderings.outline import outline
from cases.vocabulary import Channel, EvidenceKind, Length, Party
from tests.scenario_check import Scenario, plan_for, scenario, scenarios
from tests.strategies import cases

GOLDEN = Path(__file__).parent / "golden"
ON = date(2026, 11, 22)
# (file of the scenario, its name, the channels whose letters are read at every length)
READ: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "shared_activated_after_request_by_someone_else",
        "申请退款后号码被他人激活",
        (
            "affiliate_service",
            "carrier_complaint",
            "carrier_group",
            "telecom_escalation",
            "communications_administration",
            "police",
            "affiliate_management",
        ),
    ),
    (
        "shared_wait_for_monthly_settlement",
        "撤单已确认，网盟称等月结",
        (
            "affiliate_management",
            "market_regulator_complaint",
            "payment_provider",
            "consumer_association",
            "government_hotline",
            "heimao",
            "small_claims_court",
        ),
    ),
    (
        "shared_number_reserved_cannot_revoke",
        "已提交，店铺称号码已分配无法撤销",
        ("marketplace", "carrier_group", "telecom_escalation", "market_regulator_complaint"),
    ),
    (
        "shared_free_card_changed_mind",
        "0 元卡，已提交未分配号码，不想要了",
        ("affiliate_service", "carrier_complaint", "marketplace"),
    ),
    (
        "shared_ordinary_regret_after_activation",
        "本人配合激活后后悔，首充 50 元在运营商",
        ("carrier_complaint", "telecom_escalation"),
    ),
    (
        "forged_identity_registration",
        "a number that turned up in my name",
        (
            "carrier_complaint",
            "police",
            "telecom_escalation",
            "communications_administration",
            "cyberspace_administration",
            "spam_report",
        ),
    ),
    (
        "false_advertisement",
        "a page that is not true, and kept",
        ("market_regulator_report", "illegal_content_report"),
    ),
    (
        "police_matters",
        "a stranger who took the money and is gone",
        ("police", "payment_provider", "market_regulator_complaint"),
    ),
    (
        "refund_in_full",
        "a deduction that was not announced is paid back too",
        ("affiliate_service", "market_regulator_report", "government_hotline"),
    ),
    ("minor_contract", "a pupil of eight", ("affiliate_service", "carrier_complaint")),
    (
        "internet_court_forum",
        "bought on a marketplace and refused",
        ("marketplace", "internet_court"),
    ),
    ("stages", "the parcel was refused at the door", ("postal_escalation",)),
    (
        "refund_duty",
        "what the seller says about money the carrier holds decides nothing",
        ("telecom_escalation",),
    ),
    (
        "letters",
        "fee kept back",
        (
            "affiliate_service",
            "affiliate_management",
            "carrier_complaint",
            "market_regulator_complaint",
            "consumer_association",
            "government_hotline",
            "heimao",
        ),
    ),
    (
        "letters",
        "parcel refused",
        (
            "affiliate_service",
            "affiliate_management",
            "marketplace",
            "payment_provider",
            "consumer_association",
            "heimao",
        ),
    ),
    ("letters", "free and submitted", ("affiliate_management", "market_regulator_report")),
    (
        "letters",
        "hand unknown",
        (
            "affiliate_service",
            "affiliate_management",
            "marketplace",
            "carrier_complaint",
            "carrier_group",
            "market_regulator_complaint",
            "consumer_association",
            "telecom_escalation",
            "heimao",
        ),
    ),
    (
        "letters",
        "carrier silent",
        (
            "carrier_complaint",
            "carrier_group",
            "telecom_escalation",
            "market_regulator_report",
            "small_claims_court",
        ),
    ),
    (
        "letters",
        "carrier keeps money",
        ("carrier_complaint", "carrier_group", "telecom_escalation"),
    ),
    (
        "letters",
        "number not mine",
        ("carrier_group", "telecom_escalation", "cyberspace_administration", "heimao"),
    ),
    (
        "letters",
        "seller gone",
        ("affiliate_management", "cyberspace_administration", "spam_report", "small_claims_court"),
    ),
    ("letters", "iot card", ("carrier_complaint", "police", "market_regulator_complaint")),
    (
        "letters",
        "suit under way",
        (
            "marketplace",
            "police",
            "market_regulator_report",
            "illegal_content_report",
            "internet_court",
        ),
    ),
    (
        "letters",
        "suits for a child",
        (
            "market_regulator_report",
            "communications_administration",
            "small_claims_court",
            "internet_court",
        ),
    ),
    (
        "letters",
        "active before ordered",
        (
            "police",
            "market_regulator_complaint",
            "communications_administration",
            "government_hotline",
        ),
    ),
)
FORBIDDEN = ("None", "{", "}", "“”", "您", "\n\n\n", "。。", "，，", "、、", "，。", "：。", "、。")
# What people type, by section and key.
TYPED = (
    ("order", "marketplace"),
    ("order", "seller_name"),
    ("order", "seller_company"),
    ("order", "number"),
    ("order", "tariff"),
    ("carrier", "company"),
    ("carrier", "province"),
    ("carrier", "ticket"),
    ("consumer", "name"),
    ("consumer", "address"),
)
# A salutation stands on one of these lines, with an empty line after it.
SALUTATIONS = (0, 2)
LETTERS = [(file, name, channel) for file, name, channels in READ for channel in channels]
STEMS = {
    (file, name): name.replace(" ", "_") if file == "letters" else file for file, name, _ in READ
}


def plan_of(facts: dict[str, Any], knowledge: Knowledge) -> ActionPlan:
    return make_plan(assess(read_facts(facts, on=ON), knowledge, on=ON))


def letter_of(facts: dict[str, Any], channel: Channel, knowledge: Knowledge) -> Letter:
    letters = write_letters(plan_of(facts, knowledge))
    return next(letter for letter in letters if letter.channel is channel)


def ending(length: Length) -> str:
    """What the names of golden files end in, by the length of their text."""
    return "" if length is Length.FULL else f"-{length}"


def by_ending(letter: dict[str, Any]) -> dict[str, str]:
    """A letter's text at every length, by the ending of its golden file."""
    shorter = {ending(Length(row["length"])): row["text"] for row in letter["shorter"]}
    return {ending(Length.FULL): letter["text"]} | shorter


@pytest.mark.parametrize(
    ("file", "name", "channel"),
    LETTERS,
    ids=[f"{STEMS[file, name]}-{c}" for file, name, c in LETTERS],
)
def test_it_reads_as_it_did(
    file: str, name: str, channel: str, request: pytest.FixtureRequest
) -> None:
    story = scenario(file, name)
    letters = plan_for(story.facts, story.on)["letters"]
    letter = next(row for row in letters if row["channel"] == channel)
    stem = f"{STEMS[file, name]}-{channel}"
    written = {f"{stem}{end}.txt": f"{text}\n" for end, text in by_ending(letter).items()}
    if request.config.getoption("--update-golden"):
        for golden, text in written.items():
            (GOLDEN / golden).write_text(text, encoding="utf-8")

    assert written == {golden: (GOLDEN / golden).read_text(encoding="utf-8") for golden in written}


def test_every_letter_is_read_at_every_length(knowledge: Knowledge) -> None:
    assert {channel for _, _, channel in LETTERS} == set(knowledge.letters)


def test_no_golden_letter_is_left_over(knowledge: Knowledge) -> None:
    wanted = {
        f"{STEMS[file, name]}-{channel}{ending(length)}.txt"
        for file, name, channel in LETTERS
        for length in knowledge.letters[Channel(channel)].texts
    }

    assert {path.name for path in GOLDEN.iterdir()} == wanted


# Every sentence of the templates


def fixed(nodes: NodeList) -> Iterator[str]:
    """What a template writes itself, line by line, in each arm of each `if` that it has. An arm's
    end is given with what follows it, too: a short one by itself could stand anywhere."""
    for node, after in zip_longest(nodes, nodes[1:]):
        match node:
            case TextNode():
                yield from node.s.splitlines()
            case ForNode(nodelist_loop=NodeList() as loop):
                yield from fixed(loop)
            case IfNode():
                follows = after.s if isinstance(after, TextNode) else ""
                for _, arm in node.conditions_nodelists:
                    yield from fixed(arm)
                    if arm and isinstance(arm[-1], TextNode):
                        yield from f"{arm[-1].s}{follows}".splitlines()


def unread(letter: LetterTemplate, channel: Channel) -> Iterator[str]:
    """Sentences, or parts of one, of a letter's template that stand in none of its golden files."""
    blocks = [(Length.FULL, letter.facts), (Length.FULL, letter.requests)]
    for length, source in (*blocks, *letter.texts.items()):
        files = GOLDEN.glob(f"*-{channel}{ending(length)}.txt")
        texts = [path.read_text(encoding="utf-8") for path in files]
        for words in dict.fromkeys(map(str.strip, fixed(ENGINE.from_string(source).nodelist))):
            if not any(words in text for text in texts):
                yield f"{length}: {words}"


@pytest.mark.parametrize("channel", Channel)
def test_every_branch_of_every_letter_is_read(channel: Channel, knowledge: Knowledge) -> None:
    """A sentence that no golden file holds can be changed without anybody noticing: give READ a
    story that takes its branch, or remove the branch that no story can take."""
    letter = knowledge.letters.get(channel)

    assert letter is None or list(unread(letter, channel)) == []


def faults(text: str) -> Iterator[str]:
    """What no letter may hold, whatever the case."""
    yield from (f"holds {word!r}" for word in FORBIDDEN if word in text)
    if re.search(r"(?<![\d.])0元", text):
        yield "asks for nothing"
    lines = text.split("\n")
    for index, line in enumerate(lines):
        after = lines[index + 1 : index + 2]
        if line.endswith("：") and after in ([], [""]) and index not in SALUTATIONS:
            yield f"nothing follows {line}"


def read_aloud(text: str) -> Iterator[str]:
    """What cannot be read out on the phone."""
    yield from (f"cannot say {mark}" for mark in "【】（）《》\n" if mark in text)


def letter_faults(facts: dict[str, Any], on: date, knowledge: Knowledge) -> Iterator[str]:
    """What is wrong with the letters of a case, at any length."""
    plan = make_plan(assess(read_facts(facts, on=on), knowledge, on=on))
    for letter in write_letters(plan):
        for length, text in {Length.FULL: letter.text, **letter.shorter}.items():
            found = list(faults(text))
            if length in (Length.CALL_20S, Length.CALL_60S):
                found += read_aloud(text)
            limit = knowledge.channels[letter.channel].limit(length, on)
            if limit and len(text) > limit.characters:
                found.append(f"has {len(text)} characters, {limit.characters} are allowed")
            yield from (f"{letter.channel} {length} {fault}: {text}" for fault in found)


@pytest.mark.parametrize("story", scenarios(), ids=lambda story: story.id)
def test_every_length_keeps_the_form(story: Scenario, knowledge: Knowledge) -> None:
    assert list(letter_faults(story.facts, story.on, knowledge)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), st.sampled_from([1, 40, 200]))
def test_no_case_breaks_the_form(
    knowledge: Knowledge, case: tuple[dict[str, Any], date], longest: int
) -> None:
    facts, on = case

    assert list(letter_faults(with_long_names(facts, longest), on, knowledge)) == []


def with_long_names(facts: dict[str, Any], longest: int) -> dict[str, Any]:
    """The facts with every typed text repeated until it is that long."""
    changed = copy.deepcopy(facts)
    for section, key in TYPED:
        if typed := changed.get(section, {}).get(key):
            changed[section][key] = (typed * longest)[: max(longest, len(typed))]
    return changed


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
    broken = police.model_copy(
        update={"texts": {**police.texts, Length.FULL: police.texts[Length.FULL] + "{{ moon }}"}}
    )
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

    assert "下单的是我未满十八周岁的孩子" in letter.text
    assert "号码激活，由孩子操作" in letter.text
    assert "孩子已经用过" in letter.text
    assert "陈建国（法定代理人）" in letter.text


def test_a_month_is_said_where_the_day_is_not_known(knowledge: Knowledge) -> None:
    plan = plan_of({"order": {"placed_by_me": True}}, knowledge)
    months = {"order__placed_on": "2026-10"}

    letters = write_letters(plan, months=months)

    assert not [letter for letter in letters if "【请填写：下单日期】" in letter.text]
    assert [letter for letter in letters if "2026年10月在" in letter.facts]
    calls = [letter.shorter.get(Length.CALL_60S, "") for letter in letters]
    assert any("我在2026年10月下单办了流量卡" in call for call in calls)


ONLY_MONTHS: dict[str, Any] = {
    "order": {"placed_by_me": True, "placed_on": "2026-07-28"},
    "payment": {"payee": "affiliate", "amount": "29.00"},
    "signals": {"carrier_record": "active", "parcel": "delivered"},
    "activation": {"by": "me"},
    "dealings": {"requested": True, "reply": "refused", "replied_on": "2026-08-20"},
    "carrier": {"complained": True, "reply": "refused"},
}
MONTHS = {
    "payment__paid_on": "2026-07",
    "signals__delivered_on": "2026-08",
    "activation__at": "2026-08",
    "dealings__requested_at": "2026-08",
    "carrier__complained_on": "2026-10",
    "carrier__replied_on": "2026-10",
}


def test_an_event_is_told_with_its_month_where_the_day_is_not_known(knowledge: Knowledge) -> None:
    (letter,) = [
        letter
        for letter in write_letters(plan_of(ONLY_MONTHS, knowledge), months=MONTHS)
        if letter.channel is Channel.TELECOM_ESCALATION
    ]

    told = [line for line in letter.facts.splitlines() if line.startswith("2026年")]
    assert [line.partition("，")[0] for line in told] == [
        "2026年8月（具体日期待核实）",
        "2026年8月20日",
        "2026年8月（具体日期待核实）",
        "2026年8月（具体日期待核实）",
        "2026年10月（具体日期待核实）",
        "2026年10月（具体日期待核实）",
    ]
    # Asked before it was answered; what only its month is known of comes after that month's days.
    order = ("要求", "拒绝", "签收", "激活", "投诉", "拒绝")
    assert all(word in line for word, line in zip(order, told, strict=True))
    assert "付款：2026年7月付给" in letter.facts
    assert "日期待核实）" not in letter.facts.replace("（具体日期待核实）", "")


def test_a_month_is_named_on_the_telephone_too(knowledge: Knowledge) -> None:
    letters = write_letters(plan_of(ONLY_MONTHS, knowledge), months=MONTHS)

    calls = [letter.shorter.get(Length.CALL_60S, "") for letter in letters]
    assert any("我在2026年10月投诉过" in call for call in calls)
    assert not any("待核实）" in call for call in calls)


@pytest.mark.parametrize(
    ("carrier", "words"),
    [
        ({"complained_on": "2026-11-20", "reply": "none"}, "期限内书面答复"),
        ({"complained_on": "2026-11-01", "reply": "none"}, "重新处理，书面答复"),
        ({"complained_on": "2026-11-20", "reply": "refused"}, "重新处理，书面答复"),
    ],
)
def test_a_term_that_is_over_is_not_asked_for(
    carrier: dict[str, Any], words: str, knowledge: Knowledge
) -> None:
    facts = {
        "signals": {"carrier_record": "order_seen"},
        "carrier": {"complained": True, "ticket": "T1", **carrier},
    }
    letter = letter_of(facts, Channel.CARRIER_COMPLAINT, knowledge)

    for text in (letter.text, letter.shorter[Length.CALL_60S], letter.shorter[Length.CHAT]):
        assert ("期限内书面答复" in text) is ("期限内" in words)
        assert words in text


def test_a_disputed_charge_is_named_at_every_length_and_wants_the_bill(
    knowledge: Knowledge,
) -> None:
    facts = {
        "signals": {"carrier_record": "active"},
        "carrier": {"complained": False, "fee_event_on": "2026-11-01"},
    }
    plan = plan_of(facts, knowledge)
    letter = letter_of(facts, Channel.CARRIER_COMPLAINT, knowledge)

    for text in (letter.text, *letter.shorter.values()):
        assert "有争议的" in text
    to_carrier = [action for action in plan.actions if action.respondent is Party.CARRIER]
    assert to_carrier
    assert all(EvidenceKind.BILL in action.evidence for action in to_carrier)
    others = [action for action in plan.actions if action.respondent is not Party.CARRIER]
    assert all(EvidenceKind.BILL not in action.evidence for action in others)


@pytest.mark.parametrize("uploaded", [True, None])
def test_consent_is_withdrawn_with_an_if_where_nothing_is_known(
    uploaded: bool | None, knowledge: Knowledge
) -> None:
    facts = {
        "signals": {"seller_page": "submitted"},
        "consumer": {"uploaded_id_photos": uploaded},
    }
    letter = letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge)

    assert ("如已收集开卡所需的个人信息" in letter.requests) is (uploaded is None)


def test_a_private_seller_is_not_called_a_company(knowledge: Knowledge) -> None:
    facts = {
        "order": {"sales_channel": "social_chat"},
        "payment": {"payee": "individual", "amount": "59.00"},
        "dealings": {"requested": True, "reply": "refused"},
    }
    plan = plan_of(facts, knowledge)

    assert Channel.AFFILIATE_MANAGEMENT not in {action.channel for action in plan.actions}
    shown = outline(plan_for(facts, ON))
    titles = [action["title"] for action in shown["actions"]]
    assert "卖家客服（对个人卖家）" in titles
    assert not [title for title in titles if "网盟" in title]


# What the person did not say


def complaint(facts: dict[str, Any], knowledge: Knowledge) -> Letter:
    """The complaint about a seller that refused."""
    refused = {
        "order": {"placed_by_me": True, "placed_on": "2026-11-02"},
        "payment": {"payee": "affiliate", "amount": "29.00"},
        "dealings": {"requested_at": "2026-11-05", "reply": "refused"},
    }
    return letter_of({**refused, **facts}, Channel.MARKET_REGULATOR_COMPLAINT, knowledge)


@pytest.mark.parametrize("business", [True, False, None])
def test_what_it_is_used_for_is_said_only_where_it_was_answered(
    business: bool | None, knowledge: Knowledge
) -> None:
    facts = {"consumer": {"business_use": business}}
    plan = plan_of(facts, knowledge)
    if business:
        assert Channel.MARKET_REGULATOR_COMPLAINT not in {a.channel for a in plan.actions}
        return
    letter = complaint(facts, knowledge)

    told = business is False
    assert ("自己生活用" in letter.shorter[Length.CALL_60S]) is told
    assert ("本人为生活消费购买。" in letter.text) is told
    assert ("本人为生活消费购买（请核对后保留这一句）。" in letter.text) is not told


@pytest.mark.parametrize(("filed", "told"), [([], True), (None, False)])
def test_that_nobody_else_has_it_is_read_out_only_where_it_was_answered(
    filed: list[Any] | None, told: bool, knowledge: Knowledge
) -> None:
    letter = complaint({"filed": filed}, knowledge)

    said = "我和卖家的这件纠纷，没有交给别的部门。"
    assert (said in letter.shorter[Length.CALL_60S]) is told
    assert "部门受理（请核对后保留这一句）" in letter.text


REFUSED: dict[str, Any] = {
    "order": {"placed_by_me": True, "placed_on": "2026-11-15", "sales_channel": "mini_program"},
    "payment": {"payee": "affiliate", "amount": "59.00", "method": "merchant_wechat"},
    "signals": {"parcel": "refused", "carrier_record": "number_reserved"},
    "carrier": {
        "name": "china_unicom",
        "province": "河南",
        "complained_on": "2026-11-19",
        "reply": "number_reserved",
        "replied_on": "2026-11-20",
    },
    "dealings": {"requested_at": "2026-11-17", "reply": "wait_for_settlement"},
}


def test_everybody_is_told_that_the_parcel_was_refused(knowledge: Knowledge) -> None:
    for channel in (
        Channel.AFFILIATE_SERVICE,
        Channel.CARRIER_COMPLAINT,
        Channel.TELECOM_ESCALATION,
        Channel.MARKET_REGULATOR_COMPLAINT,
    ):
        letter = letter_of(REFUSED, channel, knowledge)
        assert "快递已经拒收，运单号【请填写：运单号】。" in letter.text


def test_a_refused_parcel_alone_is_no_order_that_is_over(knowledge: Knowledge) -> None:
    facts = {**REFUSED, "signals": {"parcel": "refused"}, "carrier": {}}
    letter = letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge)

    assert "订单已经结束" not in letter.text
    assert letter.text.count("快递已经拒收") == 1
    assert "按拒收办理撤单，并书面确认。" in letter.requests
    assert "请撤单、" in letter.shorter[Length.CHAT]


def test_the_carrier_is_quoted_as_it_answered(knowledge: Knowledge) -> None:
    letter = letter_of(REFUSED, Channel.TELECOM_ESCALATION, knowledge)

    assert "被申诉人答复：号码已分配，撤不了。" in letter.text
    assert "占用" not in letter.text
    assert "中国联通（河南）" in letter.text


def test_a_letter_sent_later_is_not_dated_today(knowledge: Knowledge) -> None:
    letter = letter_of(REFUSED, Channel.MARKET_REGULATOR_COMPLAINT, knowledge)

    assert letter.text.endswith("【请填写：发出的日期】")
    assert "从2026年11月17日的次日起算，至今已超过十五日" in letter.facts
    assert "超过十五日" not in letter_of(REFUSED, Channel.AFFILIATE_SERVICE, knowledge).facts


ACTIVATED: dict[str, Any] = {
    "order": {"placed_by_me": True, "placed_on": "2026-11-15"},
    "signals": {"carrier_record": "active", "seller_page": "activated"},
    "activation": {"by": "someone_else"},
}


@pytest.mark.parametrize("channel", [Channel.AFFILIATE_SERVICE, Channel.CARRIER_COMPLAINT])
def test_another_hand_is_told_without_its_day(channel: Channel, knowledge: Knowledge) -> None:
    letter = letter_of(ACTIVATED, channel, knowledge)

    assert "（日期待核实）号码被激活，不是" in letter.facts


def test_money_is_asked_back_where_a_payment_is_not_denied(knowledge: Knowledge) -> None:
    asked = "已经付款的，按原付款路径退还，金额【请填写：付款金额】。"
    ordered = {"order": ACTIVATED["order"], "signals": {"seller_page": "submitted"}}
    denied = {**ordered, "payment": {"payee": "nobody"}}

    for facts in (ACTIVATED, ordered):
        assert asked in letter_of(facts, Channel.AFFILIATE_SERVICE, knowledge).requests
    assert "退还" not in letter_of(denied, Channel.AFFILIATE_SERVICE, knowledge).requests


def test_a_number_in_service_is_closed_and_not_cancelled(knowledge: Knowledge) -> None:
    letter = letter_of(ACTIVATED, Channel.CARRIER_COMPLAINT, knowledge)

    assert "有的请撤销" not in letter.requests
    assert "办理销户" in letter.requests


def test_a_name_to_be_verified_is_bracketed_once(knowledge: Knowledge) -> None:
    seen = {"opponent": {"bill_name": "星云选号有限公司"}}

    assert "待核实）（" not in complaint(seen, knowledge).text
    assert "（请核对营业执照上的全称）" in complaint({}, knowledge).text


def test_all_that_is_asked_about_a_number_of_somebody_else_fits_twenty_seconds(
    knowledge: Knowledge,
) -> None:
    facts = {
        "order": {"placed_by_me": False},
        "payment": {
            "payee": "carrier",
            "payer": "me",
            "amount": "19999.99",
            "first_top_up": "100.00",
        },
        "carrier": {"fee_event_on": "2026-11-01"},
    }

    assert list(letter_faults(facts, date(2026, 11, 22), knowledge)) == []
