"""Nothing wrong, outdated or promised reaches a reader, in any rendering of any story."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.knowledge import Knowledge
from cases.knowledge.banned_words import banned, banned_in_content
from cases.renderings.plan_text import as_text
from tests.scenario_check import Scenario, plan_for, scenarios

TEMPLATES = Path(__file__).parent.parent / "templates"
ON = date(2026, 11, 22)
# What must be found, and until which day it was right.
WRONG: tuple[tuple[str, date | None], ...] = (
    ("依据《电子商务法》第五十八条退款", None),
    ("12315要45个工作日", date(2024, 7, 1)),
    ("《市场监督管理投诉举报处理暂行办法》", date(2026, 4, 15)),
    ("《中华人民共和国反不正当竞争法》第八条", date(2025, 10, 15)),
    ("《中华人民共和国治安管理处罚法》第四十九条", date(2026, 1, 1)),
    ("《中华人民共和国网络安全法》第四十二条", date(2026, 1, 1)),
    ("我们保证退款", None),
    ("这样一定能退", None),
    ("成功率九成", None),
    ("依据待写", None),
)
FINE = ("我们不保证退款", "《网络购买商品七日无理由退货暂行办法》", "《反电信网络诈骗法》第九条")


@pytest.mark.parametrize(("text", "since"), WRONG, ids=[text for text, _ in WRONG])
def test_what_is_wrong_is_found_from_its_day_on(
    text: str, since: date | None, knowledge: Knowledge
) -> None:
    assert [*banned(text, knowledge, on=since or ON)]
    assert not since or not [*banned(text, knowledge, on=since - timedelta(days=1))]


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_like_it_is_not(text: str, knowledge: Knowledge) -> None:
    assert [*banned(text, knowledge, on=ON, letter=True)] == []


def test_only_a_letter_may_not_accuse(knowledge: Knowledge) -> None:
    assert [*banned("对方涉嫌诈骗", knowledge, on=ON, letter=True)]
    assert [*banned("提防诈骗", knowledge, on=ON)] == []


def test_no_content_says_it(knowledge: Knowledge) -> None:
    assert [*banned_in_content(knowledge)] == []


def test_no_template_says_it(knowledge: Knowledge) -> None:
    for path in TEMPLATES.rglob("*.*"):
        assert [*banned(path.read_text("utf-8"), knowledge, on=ON)] == [], path.name


@pytest.mark.parametrize("story", scenarios(), ids=lambda story: story.id)
def test_no_plan_says_it(story: Scenario, knowledge: Knowledge) -> None:
    plan = plan_for(story.facts, story.on)
    whole = json.dumps(plan, ensure_ascii=False) + as_text(plan)

    assert [*banned(whole, knowledge, on=story.on)] == []
    assert [*_accusing(plan, knowledge, story.on)] == []


def _accusing(plan: dict[str, Any], knowledge: Knowledge, on: date) -> list[str]:
    if any(row["ground"] == "police_matters" for row in plan["findings"]):
        return []
    texts = (
        text
        for letter in plan["letters"]
        for text in (letter["text"], *(row["text"] for row in letter["shorter"]))
    )
    return [fault for text in texts for fault in banned(text, knowledge, on=on, letter=True)]
