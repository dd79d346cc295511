"""The law as we read it, on a date: every scenario, and what all of them together must show."""

from __future__ import annotations

import functools
import json
import re
from collections import defaultdict

import pytest

from cases.knowledge import Knowledge
from cases.lanes import COURTS
from cases.plan.actions import PROPOSALS
from cases.plan.order import ORDERS
from cases.vocabulary import Channel, Stage, Tier
from cases.wizard.forms.filing import BODIES, GROUPS
from tests.scenario_check import (
    FOLDER,
    Plan,
    Scenario,
    differences,
    misshapen,
    plan_for,
    scenario,
    scenarios,
    unknown_keys,
    without_titles,
)

TOPICS = {
    "stages",
    "escalation",
    "regulator",
    "lanes",
    "deadlines",
    "who",
    "decision_tables",
    "channels_carrier",
    "channels_bodies",
    "channels_beside",
    "letters",
}
SELLERS = {"affiliate", "marketplace_seller"}
LONG_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")

every_scenario = pytest.mark.parametrize("story", scenarios(), ids=lambda story: story.id)


@functools.cache
def _plan(number: int) -> Plan:
    story = scenarios()[number]
    return plan_for(story.facts, story.on)


def plan_of(story: Scenario) -> Plan:
    return _plan(scenarios().index(story))


@every_scenario
def test_it_holds(story: Scenario) -> None:
    assert list(unknown_keys(story.expect)) == []
    assert list(misshapen(plan_of(story))) == []
    assert list(differences(plan_of(story), story.expect)) == []


@every_scenario
def test_its_letters_keep_the_form(story: Scenario, knowledge: Knowledge) -> None:
    marks = str.maketrans("《》", "〈〉")
    titles = {law.title.translate(marks) for law in knowledge.laws.values()}
    for letter in plan_of(story)["letters"]:
        text = letter["text"]
        assert set(re.findall(r"《([^》]*)》", text)) <= titles
        assert re.search(r"\d{4}-\d\d-\d\d", without_titles(text)) is None, "a date as a computer"
        assert re.search(r"[¥￥]|\d元0|\.\d元|\.00元", text) is None, "a sum in another form"
        assert all(1 <= int(month) <= 12 for _, month, _ in LONG_DAY.findall(text))
        assert letter["facts"].splitlines()[0] in text
        assert letter["requests"] in text


def test_every_channel_has_its_places() -> None:
    asked = {channel for _, group in GROUPS for channel in group}

    assert set(PROPOSALS) == set(Channel), "PROPOSALS in cases/plan/actions.py: when it is due"
    assert set(ORDERS) == set(Stage), "ORDERS in cases/plan/order.py: a row for each stage"
    for stage, order in ORDERS.items():
        assert sorted(order) == sorted(Channel), f"ORDERS[{stage}]: where it stands, once"
    assert asked == set(BODIES), "a group of GROUPS in cases/wizard/forms/filing.py"


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(scenarios()) >= 60


def test_no_two_have_one_name() -> None:
    ids = [story.id for story in scenarios()]

    assert len(ids) == len(set(ids))


def test_no_two_have_the_same_findings_and_actions() -> None:
    alike = defaultdict(list)
    for story in scenarios():
        plan = plan_of(story)
        alike[json.dumps([plan["findings"], plan["actions"]])].append(story.id)

    assert [ids for ids in alike.values() if len(ids) > 1] == []


def test_every_ground_has_a_file_and_every_file_a_ground_or_topic(knowledge: Knowledge) -> None:
    files = {path.stem for path in FOLDER.glob("*.toml")}

    assert files == {*knowledge.grounds, *TOPICS}


def test_every_ground_is_found_by_one_and_missing_from_another(knowledge: Knowledge) -> None:
    plans = [plan_of(story) for story in scenarios()]
    found, everywhere = set(), set(knowledge.grounds)
    for plan in plans:
        rows = plan["findings"] + plan["background"]
        found |= {row["ground"] for row in rows if row["strength"] != "needs_fact"}
        everywhere &= {row["ground"] for row in rows}

    assert set(knowledge.grounds) - found == set()
    assert everywhere == set()


def test_every_finding_is_against_somebody_its_ground_names(knowledge: Knowledge) -> None:
    for story in scenarios():
        plan = plan_of(story)
        for row in plan["findings"] + plan["background"]:
            role = "seller" if row["against"] in SELLERS else row["against"]
            assert role in knowledge.grounds[row["ground"]].against, (story.id, row["ground"])


def test_grounds_for_the_person_alone_never_stand_among_the_findings(knowledge: Knowledge) -> None:
    quiet = {name for name, ground in knowledge.grounds.items() if ground.tier is Tier.C}

    for story in scenarios():
        assert quiet.isdisjoint(row["ground"] for row in plan_of(story)["findings"])


def test_every_channel_has_a_card_and_is_reached(knowledge: Knowledge) -> None:
    reached = {row["channel"] for story in scenarios() for row in plan_of(story)["actions"]}

    assert set(knowledge.channels) == set(Channel)
    assert set(Channel) - reached == set()


def test_only_a_court_has_a_cost_of_this_case() -> None:
    rows = [row for story in scenarios() for row in plan_of(story)["actions"]]

    assert {row["channel"] for row in rows if row["cost"]} <= set(COURTS)


def test_the_public_page_shows_nobody_who_wrote() -> None:
    told = "after a refusal there is, and it warns of what everybody can read"
    plan = plan_of(scenario("channels_beside", told))
    text = next(row["text"] for row in plan["letters"] if row["channel"] == "heimao")

    assert [
        word for word in ("王小明", "13800000000", "幸福路", "PM20261101") if word in text
    ] == []
