"""The content is sound, and content that is not is refused with words that help."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from cases.knowledge import Knowledge, KnowledgeError, load
from cases.knowledge.loader import HERE
from cases.vocabulary import Channel, Confidence, Tier, Unit

BROKEN = Path(__file__).parent / "knowledge_errors"
EXPECT = re.compile(r"^# expect: (.+)$", re.MULTILINE)
ON = date(2026, 11, 22)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content that a test may break."""
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def faults(root: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as error:
        load(root)
    return error.value.faults


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_it_works(knowledge: Knowledge) -> None:
    assert knowledge.grounds
    assert re.fullmatch(r"[0-9a-f]{12}", knowledge.version)


def test_a_copy_has_the_same_version(content: Path, knowledge: Knowledge) -> None:
    assert load(content).version == knowledge.version


def test_any_change_changes_the_version(content: Path, knowledge: Knowledge) -> None:
    change(content / "phrases.toml", "[phrases]", "# Words.\n[phrases]")

    assert load(content).version != knowledge.version


@pytest.mark.parametrize("overlay", sorted(BROKEN.iterdir()), ids=lambda overlay: str(overlay.name))
def test_it_refuses_a_broken_file(overlay: Path, content: Path) -> None:
    shutil.copytree(overlay, content, dirs_exist_ok=True)
    broken = [path for path in overlay.rglob("*") if path.is_file()]
    expected = [word for path in broken for word in EXPECT.findall(path.read_text("utf-8"))]

    found = faults(content)

    assert expected
    assert any(all(word in fault for word in expected) for fault in found), found
    assert len(found) <= 2, found


def test_it_names_every_fault_at_once(content: Path) -> None:
    for name in ("bad_toml", "unknown_law", "letter_without_parts"):
        shutil.copytree(BROKEN / name, content, dirs_exist_ok=True)

    assert {fault.partition(":")[0] for fault in faults(content)} >= {
        "evidence/chat.toml",
        "grounds/number_query.toml",
        "letters/police.md",
    }


def test_it_refuses_a_member_without_a_label(content: Path) -> None:
    change(content / "vocabulary.toml", "mvno = ", "# mvno = ")

    assert faults(content) == ["vocabulary.toml: [carrier_name] lacks a label for mvno"]


def test_it_refuses_a_label_without_a_member(content: Path) -> None:
    change(content / "vocabulary.toml", "[carrier_name]", '[carrier_name]\npigeon = "信鸽"')

    assert faults(content) == ["vocabulary.toml: [carrier_name] has a label for the unknown pigeon"]


def test_it_refuses_a_table_of_labels_without_an_enum(content: Path) -> None:
    change(content / "vocabulary.toml", "[carrier_name]", '[mood]\ngood = "好"\n\n[carrier_name]')

    assert faults(content) == ["vocabulary.toml: [mood] names no enum of vocabulary.py"]


def test_it_refuses_a_channel_that_takes_a_text_and_has_no_letter(content: Path) -> None:
    (content / "letters" / "police.md").unlink()

    assert faults(content) == ["channels/police.toml: takes_text and letters/police.md disagree"]


def test_an_article_is_found_as_in_force_on_the_day(knowledge: Knowledge) -> None:
    cite = next(
        cite
        for cite in knowledge.grounds["misleading_promotion"].cites
        if cite.law == "anti_unfair_competition_law"
    )
    found = knowledge.article(cite, ON)

    assert found is not None
    assert found.since == date(2025, 10, 15)
    assert knowledge.article(cite, date(2025, 10, 14)) is None


def test_a_number_is_the_one_of_the_day(knowledge: Knowledge) -> None:
    period = knowledge.deadlines["carrier_reply_15d"]

    assert (period.unit, period.at(ON), period.at(date(2000, 1, 1))) == (
        Unit.CALENDAR_DAYS,
        15,
        15,
    )


def test_every_ground_cites_something_in_force_today(knowledge: Knowledge) -> None:
    for name, ground in knowledge.grounds.items():
        in_force = [c for c in ground.cites if c.article is None or knowledge.article(c, ON)]

        assert in_force, name


def test_nothing_that_rests_on_practice_alone_is_a_ground(knowledge: Knowledge) -> None:
    assert all(ground.confidence is not Confidence.L for ground in knowledge.grounds.values())


def test_what_must_not_be_cited_is_not(knowledge: Knowledge) -> None:
    cites = [cite for ground in knowledge.grounds.values() for cite in ground.cites]

    assert ("e_commerce_law", "第五十八条") not in {(cite.law, cite.article) for cite in cites}
    assert not any("电信业务经营许可" in law.title for law in knowledge.laws.values())


def test_grounds_for_the_person_alone_are_the_reviewed_ones(knowledge: Knowledge) -> None:
    quiet = {name for name, ground in knowledge.grounds.items() if ground.tier is Tier.C}

    assert quiet == {
        "activated_goods_excluded",
        "criminal_law_pointer",
        "electronic_evidence",
        "internet_court_forum",
        "mandate_revocable",
        "network_data_security",
        "number_query",
        "one_body_per_dispute",
        "prepayment_seven_days",
        "small_claim",
    }


def test_every_channel_with_a_letter_has_a_card(knowledge: Knowledge) -> None:
    assert set(knowledge.letters) <= set(knowledge.channels)
    assert Channel.TELECOM_ESCALATION in knowledge.letters


def test_a_sentence_that_does_not_exist_is_an_error(knowledge: Knowledge) -> None:
    with pytest.raises(KeyError):
        knowledge.phrase("why_not")
