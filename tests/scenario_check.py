"""Scenarios as files, and what a plan must look like: in general and as a scenario expects."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cases import knowledge
from cases.assessment import assess
from cases.facts import read_facts
from cases.plan import make_plan
from cases.renderings.plan_json import as_json

FOLDER = Path(__file__).parent / "scenarios"
PLAN_KEYS = frozenset(
    {
        "stage",
        "responsible",
        "findings",
        "circumstances",
        "actions",
        "withheld",
        "deadlines",
        "letters",
        "evidence",
        "warnings",
        "precautions",
        "on",
        "knowledge_version",
    }
)
EXPECT_KEYS = frozenset(
    {
        "stage",
        "certainty",
        "contradictions",
        "responsible",
        "grounds",
        "background",
        "circumstances",
        "channels",
        "withheld",
        "deadlines",
        "no_deadlines",
        "actions",
        "warnings",
        "letters",
    }
)
GROUND_KEYS = frozenset({"include", "exclude", "first", "strength"})
CHANNEL_KEYS = frozenset({"in_order", "include", "exclude", "include_pairs", "exclude_pairs"})
LETTER_KEYS = frozenset({"for", "exclude_text"})
NEVER_IN_A_LETTER = (
    "“”",
    "None",
    "null",
    "{",
    "}",
    "%}",
    "。。",
    "，，",
    "、、",
    "；；",
    "。，",
    "，。",
)

Plan = dict[str, Any]
Expect = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story: facts as the contract's JSON table, the day, what the plan must say.

    `file` is the stem it stands in, usually the ground or topic it is about.
    """

    file: str
    name: str
    on: date
    facts: dict[str, Any]
    expect: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}: {self.name}"


@functools.cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario of the folder, in the order of the files."""
    toml = [story for path in sorted(FOLDER.glob("*.toml")) for story in _from_toml(path)]
    shared = [_from_json(path) for path in sorted(FOLDER.glob("*.json"))]
    return (*toml, *shared)


def scenario(file: str, name: str) -> Scenario:
    """One scenario by its file and name. Raises LookupError when there is none."""
    for story in scenarios():
        if (story.file, story.name) == (file, name):
            return story
    raise LookupError(f"{file}: {name}")


def _from_toml(path: Path) -> Iterator[Scenario]:
    """The stories of a file; `[given]`, where it stands, holds what they share."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    given = content.get("given", {})
    for story in content["scenario"]:
        yield Scenario(
            file=path.stem,
            name=story["name"],
            on=story["on"],
            facts=in_json_types(merged(given, story.get("facts", {}))),
            expect=in_json_types(story["expect"]),
        )


def _from_json(path: Path) -> Scenario:
    story = json.loads(path.read_text(encoding="utf-8"))
    return Scenario(
        file=path.stem,
        name=story["title"],
        on=date.fromisoformat(story["on"]),
        facts=story["facts"],
        expect=story["expect"],
    )


def merged(given: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over each other; what the second says wins."""
    table = dict(given)
    for key, value in own.items():
        below = table.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        table[key] = merged(below, value) if both and isinstance(below, dict) else value
    return table


def in_json_types(value: Any) -> Any:
    """TOML values as JSON has them: dates and moments become strings."""
    match value:
        case dict():
            return {key: in_json_types(entry) for key, entry in value.items()}
        case list():
            return [in_json_types(entry) for entry in value]
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
    return value


def plan_for(facts: Mapping[str, Any], on: date) -> Plan:
    """The plan as a program reads it: written as JSON and read again."""
    weighed = assess(read_facts(facts, on=on), knowledge.load(), on=on)
    plan: Plan = json.loads(json.dumps(as_json(make_plan(weighed)), ensure_ascii=False))
    return plan


def unknown_keys(expect: Expect) -> Iterator[str]:
    """Keys of an expectation that nothing would look at."""
    yield from sorted(set(expect) - EXPECT_KEYS)
    for name, known in (
        ("grounds", GROUND_KEYS),
        ("background", frozenset({"include", "exclude"})),
        ("channels", CHANNEL_KEYS),
        ("letters", LETTER_KEYS),
    ):
        yield from (f"{name}.{key}" for key in sorted(set(expect.get(name, {})) - known))


def misshapen(plan: Plan) -> Iterator[str]:
    """What is wrong with a plan, whatever the case."""
    yield from (f"no {key}" for key in sorted(PLAN_KEYS - set(plan)))
    for key in ("findings", "actions", "precautions"):
        if not plan[key]:
            yield f"{key} is empty"
    if not any(row["when"] in ("now", "waiting") for row in plan["actions"]):
        yield "nothing to do today"
    yield from _rows_that_lack(plan, "findings", "ground", ("because", "citations"))
    yield from _rows_that_lack(plan, "deadlines", "id", ("sum", "source"))
    yield from _rows_that_lack(plan, "letters", "channel", ("facts", "requests", "text"))
    yield from _misplaced(plan)
    for row in plan["letters"]:
        for text in texts_of(row):
            held = (words for words in NEVER_IN_A_LETTER if words in text)
            yield from (f"letter {row['channel']} holds {words}" for words in held)
        for shorter in row["shorter"]:
            if len(shorter["text"]) > shorter["limit"]:
                yield f"letter {row['channel']} is too long for {shorter['length']}"


def texts_of(letter: Mapping[str, Any]) -> Iterator[str]:
    """A letter in every length."""
    yield letter["text"]
    yield from (row["text"] for row in letter["shorter"])


def _rows_that_lack(plan: Plan, table: str, name: str, keys: tuple[str, ...]) -> Iterator[str]:
    for row in plan[table]:
        yield from (f"{table} {row[name]} has no {key}" for key in keys if not row[key])


def _misplaced(plan: Plan) -> Iterator[str]:
    for row in plan["actions"]:
        if row["when"] == "later" and not row["opens_on"]:
            yield f"{row['channel']} is for later, without a day"
        if row["channel"] == "telecom_escalation" and row["respondent"] != "carrier":
            yield f"telecom_escalation against {row['respondent']}"
    wanted = [_pair(row) for row in plan["actions"] if row["letter"]]
    if wanted != [_pair(row) for row in plan["letters"]]:
        yield "letters and the actions that take one differ"
    both = _pairs(plan, "actions") & _pairs(plan, "withheld")
    yield from (f"{pair} advised and withheld" for pair in both)
    for table, key in (("deadlines", "id"), ("warnings", "id")):
        ids = [row[key] for row in plan[table]]
        yield from (f"{table} {name} stands twice" for name in set(ids) if ids.count(name) > 1)
    held = [(row["ground"], row["against"]) for row in plan["findings"]]
    yield from (f"finding {pair} stands twice" for pair in set(held) if held.count(pair) > 1)


def _pair(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["channel"], row["respondent"] or "nobody"


def _pairs(plan: Plan, table: str) -> set[tuple[str, str]]:
    return {_pair(row) for row in plan[table]}


def differences(plan: Plan, expect: Expect) -> Iterator[str]:
    """How a plan differs from what a scenario expects of it."""
    yield from _stage(plan, expect)
    yield from _responsible(plan, expect)
    yield from _grounds(plan, expect.get("grounds", {}))
    yield from _background(plan, expect.get("background", {}))
    held = [row["id"] for row in plan["circumstances"]]
    if expect.get("circumstances", held) != held:
        yield f"circumstances: {held}, expected {expect['circumstances']}"
    yield from _channels(plan, expect.get("channels", {}))
    yield from _actions(plan, expect)
    yield from _deadlines(plan, expect)
    warned = {row["id"] for row in plan["warnings"]}
    yield from (f"warning {w} is missing" for w in expect.get("warnings", []) if w not in warned)
    yield from _letters(plan, expect.get("letters", {}))


def _stage(plan: Plan, expect: Expect) -> Iterator[str]:
    for key, actual in (("stage", plan["stage"]["id"]), ("certainty", plan["stage"]["certainty"])):
        if key in expect and expect[key] != actual:
            yield f"{key}: {actual}, expected {expect[key]}"
    named = len(plan["stage"]["contradictions"])
    if "contradictions" in expect and expect["contradictions"] != named:
        yield f"contradictions: {named}, expected {expect['contradictions']}"


def _responsible(plan: Plan, expect: Expect) -> Iterator[str]:
    held = [[row["party"], row["for"]] for row in plan["responsible"]]
    for entry in expect.get("responsible", []):
        if entry not in held:
            yield f"responsible: {entry} is missing from {held}"


def _grounds(plan: Plan, expect: Expect) -> Iterator[str]:
    held: dict[str, set[str]] = {}
    for row in plan["findings"]:
        held.setdefault(row["ground"], set()).add(row["strength"])
    yield from (f"ground {g} is missing" for g in expect.get("include", []) if g not in held)
    yield from (f"ground {g} is there" for g in expect.get("exclude", []) if g in held)
    for ground, strength in expect.get("strength", {}).items():
        if strength not in held.get(ground, set()):
            yield f"ground {ground}: {held.get(ground)}, expected {strength}"
    if "first" in expect and plan["findings"][0]["ground"] != expect["first"]:
        yield f"first ground: {plan['findings'][0]['ground']}, expected {expect['first']}"


def _background(plan: Plan, expect: Expect) -> Iterator[str]:
    held = {row["ground"] for row in plan["background"]}
    yield from (f"background {g} is missing" for g in expect.get("include", []) if g not in held)
    yield from (f"background {g} is there" for g in expect.get("exclude", []) if g in held)


def _channels(plan: Plan, expect: Expect) -> Iterator[str]:
    used = [row["channel"] for row in plan["actions"]]
    yield from _out_of_order(used, expect.get("in_order", []))
    yield from (f"channel {c} is missing" for c in expect.get("include", []) if c not in used)
    yield from (f"channel {c} is there" for c in expect.get("exclude", []) if c in used)
    against = [[row["channel"], row["respondent"]] for row in plan["actions"]]
    for entry in expect.get("include_pairs", []):
        if entry not in against:
            yield f"{entry} is missing from {against}"
    for entry in expect.get("exclude_pairs", []):
        if entry in against:
            yield f"{entry} is there"


def _out_of_order(used: list[str], groups: list[str | list[str]]) -> Iterator[str]:
    """A group of channels, in any order among themselves, stands after the group before it."""
    reached = -1
    for group in groups:
        channels = [group] if isinstance(group, str) else group
        lacking = [channel for channel in channels if channel not in used]
        if lacking:
            yield f"channel {lacking[0]} is missing from {used}"
            return
        places = [used.index(channel) for channel in channels]
        if min(places) < reached:
            yield f"channel {channels} is too early in {used}"
        reached = max(places)


def _actions(plan: Plan, expect: Expect) -> Iterator[str]:
    for channel, respondent, fields in expect.get("actions", []):
        rows = [
            {key: row[key] for key in fields}
            for row in plan["actions"]
            if (row["channel"], row["respondent"] or "") == (channel, respondent or "")
        ]
        if fields not in rows:
            yield f"{channel} against {respondent}: {rows}, expected {fields}"
    kept = [[row["channel"], row["respondent"] or ""] for row in plan["withheld"]]
    for channel, respondent in expect.get("withheld", []):
        if [channel, respondent or ""] not in kept:
            yield f"{channel} against {respondent} is not withheld"


def _deadlines(plan: Plan, expect: Expect) -> Iterator[str]:
    rows = {row["id"]: row for row in plan["deadlines"]}
    yield from (f"deadline {n} is there" for n in expect.get("no_deadlines", []) if n in rows)
    for name, fields in expect.get("deadlines", {}).items():
        if name not in rows:
            yield f"deadline {name} is missing"
            continue
        for field, value in fields.items():
            if rows[name][field] != value:
                yield f"deadline {name}.{field}: {rows[name][field]}, expected {value}"


def _letters(plan: Plan, expect: Expect) -> Iterator[str]:
    for channel, words in expect.get("for", {}).items():
        texts = [row["text"] for row in plan["letters"] if row["channel"] == channel]
        for word in words:
            if not any(word in text for text in texts):
                yield f"letter {channel}: lacks {word}"
    for word in expect.get("exclude_text", []):
        for row in plan["letters"]:
            if word in (row["text"] if "》" in word else without_titles(row["text"])):
                yield f"letter {row['channel']}: holds {word}"


def without_titles(text: str) -> str:
    """A text without the titles of statutes, which may hold words that nothing else may."""
    return re.sub(r"《[^》]*》", "", text)
