"""`manage.py check` finds where content and code have parted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.checks import ERROR, run_checks

from cases import checks
from cases.knowledge import Knowledge, KnowledgeError
from cases.knowledge.reviews import reviews
from cases.knowledge.schema import Condition, Letter
from cases.vocabulary import Channel, Length

ON = date(2026, 11, 22)


def without(table: Mapping[Any, Any], key: object) -> dict[Any, Any]:
    return {name: item for name, item in table.items() if name != key}


def with_letter(knowledge: Knowledge, **parts: Any) -> Knowledge:
    """The content with parts of the police letter changed; `needs` belongs to its head, `full` to
    its texts."""
    letter = knowledge.letters[Channel.POLICE]
    if "full" in parts:
        parts["texts"] = {**letter.texts, Length.FULL: parts.pop("full")}
    if "needs" in parts:
        parts["head"] = letter.head.model_copy(update={"needs": parts.pop("needs")})
    changed = Letter.model_copy(letter, update=parts)
    return replace(knowledge, letters={**knowledge.letters, Channel.POLICE: changed})


def test_it_works() -> None:
    assert [message for message in run_checks() if message.level >= ERROR] == []


def test_content_and_code_agree(knowledge: Knowledge) -> None:
    assert checks.messages(knowledge) == []


def test_content_that_cannot_be_read_is_an_error_a_fault() -> None:
    found = checks.unreadable(KnowledgeError(["laws/a.toml: one", "laws/b.toml: two"]))

    assert [(error.id, error.msg) for error in found] == [
        ("cases.E001", "laws/a.toml: one"),
        ("cases.E001", "laws/b.toml: two"),
    ]


def test_it_finds_a_ground_without_a_predicate(knowledge: Knowledge) -> None:
    ground = knowledge.grounds["refund_duty"]
    more = replace(knowledge, grounds={**knowledge.grounds, "moon_phase": ground})

    assert list(checks.ground_faults(more)) == [
        "grounds/moon_phase.toml has no predicate in cases/assessment"
    ]


def test_it_finds_a_predicate_without_a_ground(knowledge: Knowledge) -> None:
    less = replace(knowledge, grounds=without(knowledge.grounds, "refund_duty"))

    assert list(checks.ground_faults(less)) == [
        "the predicate refund_duty has no grounds/refund_duty.toml"
    ]


def test_it_finds_a_condition_without_a_sentence(knowledge: Knowledge) -> None:
    less = replace(knowledge, conditions=without(knowledge.conditions, "money_owed"))

    assert list(checks.condition_faults(less)) == ["conditions.toml lacks [conditions.money_owed]"]


def test_it_finds_a_variant_given_what_is_no_condition(knowledge: Knowledge) -> None:
    minor = knowledge.grounds["minor_contract"]
    variant = minor.variants[0].model_copy(update={"given": "moon_is_full"})
    grounds = {
        **knowledge.grounds,
        "minor_contract": minor.model_copy(update={"variants": (variant,)}),
    }

    assert list(checks.condition_faults(replace(knowledge, grounds=grounds))) == [
        "grounds/minor_contract.toml has a variant given moon_is_full, which is no condition"
    ]


def test_it_finds_a_sentence_nobody_uses(knowledge: Knowledge) -> None:
    more = {**knowledge.conditions, "moon_is_full": Condition(holds="月圆。")}

    assert list(checks.condition_faults(replace(knowledge, conditions=more))) == [
        "conditions.toml: no predicate uses [conditions.moon_is_full]"
    ]


def test_it_finds_a_circumstance_without_a_predicate_and_the_reverse(knowledge: Knowledge) -> None:
    rows = without(knowledge.circumstances, "card_used")
    moved = {**rows, "card_lost": knowledge.circumstances["card_used"]}

    assert list(checks.circumstance_faults(replace(knowledge, circumstances=moved))) == [
        "circumstances/card_lost.toml has no predicate in cases/assessment",
        "the predicate card_used has no circumstances/card_used.toml",
    ]


def test_it_finds_a_blank_in_a_circumstance_that_nobody_fills_in(knowledge: Knowledge) -> None:
    row = knowledge.circumstances["card_used"].model_copy(update={"says": "用了{moon}。"})
    blank = {**knowledge.circumstances, "card_used": row}

    assert list(checks.circumstance_faults(replace(knowledge, circumstances=blank))) == [
        "circumstances/card_used.toml has the blank moon, which nobody fills in"
    ]


def test_it_finds_a_variable_that_a_letter_uses_and_does_not_list(knowledge: Knowledge) -> None:
    full = knowledge.letters[Channel.POLICE].texts[Length.FULL]
    full += "{% if closed %}{{ postcode }}{% endif %}"

    assert list(checks.letter_faults(with_letter(knowledge, full=full))) == [
        "letters/police.md uses closed, which needs does not list",
        "letters/police.md uses postcode, which needs does not list",
    ]


def test_it_finds_a_variable_that_a_letter_lists_and_does_not_use(knowledge: Knowledge) -> None:
    needs = (*knowledge.letters[Channel.POLICE].head.needs, "postcode")

    assert list(checks.letter_faults(with_letter(knowledge, needs=needs))) == [
        "letters/police.md lists postcode in needs and does not use it"
    ]


def test_it_finds_a_variable_nobody_fills_in(knowledge: Knowledge) -> None:
    letter = knowledge.letters[Channel.POLICE]
    broken = with_letter(
        knowledge,
        full=letter.texts[Length.FULL] + "{{ moon }}",
        needs=(*letter.head.needs, "moon"),
    )

    assert list(checks.letter_faults(broken)) == [
        "letters/police.md needs moon, which nobody fills in"
    ]


def test_it_finds_a_sentence_that_is_missing(knowledge: Knowledge) -> None:
    for name in ("why_ask_now", "shut_by_filing", "signal_page_closed", "event_seller_refused"):
        less = replace(knowledge, phrases=without(knowledge.phrases, name))

        assert list(checks.phrase_faults(less)) == [f"phrases.toml lacks {name}"]


def test_a_review_that_is_due_is_a_warning(knowledge: Knowledge) -> None:
    last = min(review.again_by for _, review in reviews(knowledge))

    def warned(day: date) -> list[str | None]:
        return [m.id for m in checks.freshness(knowledge, day) if m.id == "cases.W001"]

    assert warned(last) == []
    assert warned(date(last.year, last.month, last.day + 1)) != []


def test_a_year_without_a_calendar_is_said(knowledge: Knowledge) -> None:
    assert [message.id for message in checks.freshness(knowledge, ON)] == ["cases.I001"]
    assert checks.freshness(knowledge, date(2025, 11, 22)) == []


def test_every_file_has_a_review(knowledge: Knowledge) -> None:
    names = {file for file, _ in reviews(knowledge)}

    assert {
        "laws/civil_code.toml",
        "circumstances/card_used.toml",
        "calendar/2026.toml",
        "letters/police.md",
    } <= names
