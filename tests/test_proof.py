"""Claim and proof: what stands behind each sentence of the letters, and what is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cases.knowledge import Knowledge
from cases.knowledge.cross_references import FACTUAL, unproved
from cases.knowledge.schema import Claims
from cases.renderings.plan_pdf import as_html
from cases.renderings.proof import Numbered, Proven, proof_of, with_numbers
from cases.vocabulary import EvidenceKind
from tests.scenario_check import Plan, plan_for, scenario

STORY = ("shared_number_reserved_cannot_revoke", "已提交，店铺称号码已分配无法撤销")
REVIEW = {"by": "project", "on": "2026-11-22", "again_by": "2027-05-22"}
SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("shared_*.json"))
CHANCE = re.compile("胜|概率|把握|成功|%")


@pytest.fixture
def plan() -> Plan:
    found = scenario(*STORY)
    return plan_for(found.facts, found.on)


def having(plan: Plan, *kinds: str) -> Plan:
    """The plan of a person who says that these kinds are at hand, and no others."""
    evidence = [{**row, "have": row["id"] in kinds} for row in plan["evidence"]]
    return {**plan, "evidence": evidence}


def only(plan: Plan, text: str, proof: list[str], /, **letter: Any) -> Plan:
    """The plan with one letter that claims one thing."""
    claims = [{"name": "line_paid", "text": text, "proof": proof}]
    row = {**plan["letters"][0], "text": f"您好。\n{text}\n谢谢。", "claims": claims} | letter
    return {**plan, "letters": [row]}


def exhibits(*kinds: str) -> list[Numbered]:
    return [Numbered(number=number, kind=kind) for number, kind in enumerate(kinds, start=1)]


def claim_of(plan: Plan, *kinds: str) -> Any:
    (letter,) = proof_of(plan, exhibits(*kinds)).letters
    (claim,) = letter.claims
    return claim


# ---- the reviewed content


def claims(**proof: list[str]) -> Claims:
    table = {"fragments": ["line_method"], "proof": proof, "review": REVIEW}
    return Claims.model_validate_json(json.dumps(table))


def test_every_factual_phrase_has_an_entry(knowledge: Knowledge) -> None:
    factual = {name for name in knowledge.phrases if name.startswith(FACTUAL)}

    assert set(knowledge.claims) < factual


def test_a_phrase_without_an_entry_is_a_fault() -> None:
    faults = list(unproved(claims(line_order=["order_page"]), ["line_order", "line_paid"]))

    assert faults == [
        "claims.toml: [proof] lacks line_paid",
        "claims.toml: line_method is no factual phrase",
    ]


def test_an_entry_twice_is_a_fault() -> None:
    faults = list(unproved(claims(line_method=[]), ["line_method"]))

    assert faults == ["claims.toml: line_method is a fragment and has proof"]


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        claims(line_order=["rumour"])


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: str(file.stem))
def test_every_letter_knows_what_its_facts_rest_on(file: Path) -> None:
    found = json.loads(file.read_text())
    title = found.get("title") or found.get("name")
    story = scenario(file.stem, title)
    kinds = {str(kind) for kind in EvidenceKind}

    for letter in plan_for(story.facts, story.on)["letters"]:
        for claim in letter["claims"]:
            assert claim["text"] in letter["text"]
            assert set(claim["proof"]) <= kinds


def test_a_letter_that_tells_the_case_has_claims(plan: Plan) -> None:
    told = {letter["channel"]: letter["claims"] for letter in plan["letters"]}

    assert [claim["proof"] for claim in told["carrier_complaint"]][0] == ["order_page", "chat"]
    assert len(told["carrier_complaint"]) > 3


# ---- how a sentence stands


def test_an_exhibit_of_the_right_kind_proves_it(plan: Plan) -> None:
    claim = claim_of(only(plan, "付款100元。", ["payment_record"]), "chat", "payment_record")

    assert claim.state is Proven.SHOWN
    assert claim.words == "证据2"


def test_every_such_exhibit_is_named(plan: Plan) -> None:
    found = claim_of(only(plan, "卖家拒绝。", ["chat", "call_log"]), "chat", "bill", "call_log")

    assert found.words == "证据1、证据3"


def test_what_the_person_has_is_still_to_be_added(plan: Plan) -> None:
    claim = claim_of(having(only(plan, "卖家拒绝。", ["chat", "call_log"]), "chat"))

    assert claim.state is Proven.AT_HAND
    assert claim.words == "您说有聊天记录，还没加进来"


def test_what_is_missing_is_named(plan: Plan) -> None:
    claim = claim_of(having(only(plan, "投诉过。", ["carrier_ticket", "call_log"])))

    assert claim.state is Proven.MISSING
    assert claim.words == "仅陈述，还缺：运营商投诉工单或通话记录"


def test_what_nothing_proves_is_a_statement(plan: Plan) -> None:
    assert claim_of(only(plan, "没有下单。", [])).words == "仅陈述"


# ---- what stands in the letter today


def test_a_sentence_that_was_taken_out_is_not_listed(plan: Plan) -> None:
    edited = only(plan, "付款100元。", ["payment_record"], text="您好。谢谢。", edited=True)

    assert proof_of(edited, []).letters == ()


def test_a_sentence_with_its_blank_filled_in_stays(plan: Plan) -> None:
    edited = only(
        plan,
        "订单编号【请填写：订单编号】，卖家【请填写：卖家全称】。",
        ["order_page"],
        text="您好。\n（补充）订单编号A123，卖家小店公司。\n谢谢。",
        edited=True,
    )

    assert claim_of(edited).text == "订单编号A123，卖家小店公司。"


def test_an_edited_short_text_counts_for_what_is_sent(plan: Plan) -> None:
    short = {**plan["letters"][0]["shorter"][0], "text": "请退款。", "edited": True}

    assert proof_of(only(plan, "付款100元。", [], shorter=[short]), []).letters == ()


def test_a_plan_from_before_there_were_claims_shows(plan: Plan) -> None:
    rows = [{k: v for k, v in row.items() if k != "claims"} for row in plan["letters"]]
    old = {**plan, "letters": rows}

    assert proof_of(old, exhibits("chat")).letters == ()
    assert "证据1" in as_html(old, exhibits=exhibits("chat"))


# ---- the whole


def test_the_summary_names_what_lacks_and_what_goes_first(plan: Plan) -> None:
    proof = proof_of(having(plan), [])

    lasts = [row.name for row in proof.hurry]
    assert lasts.index("聊天记录") < lasts.index("通话记录")
    assert all(row.why for row in proof.hurry)
    assert "付款记录" not in lasts


def test_what_the_list_lacks_goes_first_too(plan: Plan) -> None:
    lacking = [row for row in having(plan)["evidence"] if row["vanishes"]]
    bare = {**having(plan), "letters": []}

    assert {row["name"] for row in lacking} <= {row.name for row in proof_of(bare, []).hurry}
    shown = proof_of(bare, exhibits(*(row["id"] for row in lacking)))
    assert not {row["name"] for row in lacking} & {row.name for row in shown.hurry}


@pytest.mark.parametrize(("came", "asked"), [(False, False), (None, True)])
def test_a_message_that_never_came_is_not_asked_for(came: bool | None, asked: bool) -> None:
    found = scenario(*STORY)
    signals = {**found.facts["signals"], "activation_notice": came}
    plan = plan_for({**found.facts, "signals": signals, "evidence": []}, found.on)

    kinds = {row["id"] for row in plan["evidence"]}
    assert ("activation_sms" in kinds) is asked
    assert any("activation_sms" in row["evidence"] for row in plan["actions"]) is asked


def test_a_fact_told_to_many_lacks_once(plan: Plan) -> None:
    facts = [claim.fact for claim in proof_of(having(plan), []).lacking]

    assert len(facts) == len(set(facts)) > 3
    assert "line_order_yours" not in facts


def test_with_everything_added_nothing_lacks(plan: Plan) -> None:
    proof = proof_of(plan, exhibits(*EvidenceKind))

    assert proof.lacking == ()
    assert proof.hurry == ()


def test_it_says_nothing_about_the_outcome(plan: Plan) -> None:
    for shown in (proof_of(plan, []), proof_of(plan, exhibits(*EvidenceKind))):
        words = "".join(claim.words for letter in shown.letters for claim in letter.claims)
        assert not CHANCE.search(words)


def test_the_list_of_evidence_has_the_numbers(plan: Plan) -> None:
    rows = with_numbers(plan["evidence"], exhibits("chat", "order_page", "chat"))

    found = {row["id"]: row["exhibits"] for row in rows}
    assert found["chat"] == "证据1、证据3"
    assert found["payment_record"] == ""


def test_the_pdf_lists_sentences_where_there_are_exhibits(plan: Plan) -> None:
    without, alone = as_html(having(plan), exhibits=()), as_html(having(plan))
    listed = as_html(plan, exhibits=exhibits("order_page"))

    assert "每句话用什么证明" in listed
    assert "每句话用什么证明" not in without
    assert "先留最容易消失的" in without
    assert "先留最容易消失的" not in alone
