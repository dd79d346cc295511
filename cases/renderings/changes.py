"""What a plan of today says otherwise than one kept from an earlier day, for the same answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from cases.renderings.outline import outline, waited_for
from cases.vocabulary import When

Row = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Titles of channels, and words; empty where nothing changed.

    `stage` is the stage of today, `passed` what ran out on which day, `reasons` the titles of the
    findings that came, went, or weigh otherwise. The wording of letters is not looked at: each
    is dated, so it differs every day.
    """

    stage: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    opened: tuple[str, ...]
    passed: tuple[str, ...]
    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(astuple(self))


def changes(kept: Mapping[str, Any], today: Mapping[str, Any]) -> Changes:
    """What differs between two plans, both as `plan_json.as_json` gives them."""
    before, after = outline(kept), outline(today)
    old, new = _actions(kept, before), _actions(today, after)
    closed = {_row(row) for row in kept["withheld"]}
    closed |= {row for row, action in old.items() if action["when"] in (When.LATER, When.WAITING)}
    opened = [row for row in new if row in closed and new[row]["when"] == When.NOW]
    return Changes(
        stage="" if kept["stage"]["id"] == today["stage"]["id"] else after["stage"]["name"],
        added=tuple(new[row]["title"] for row in new if row not in old and row not in opened),
        dropped=tuple(old[row]["title"] for row in old if row not in new),
        opened=tuple(new[row]["title"] for row in opened),
        passed=tuple(_passed(before, kept["on"], today["on"])),
        reasons=_reasons(kept, today),
    )


def _actions(plan: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[Row, dict[str, Any]]:
    rows = zip(plan["actions"], shown["actions"], strict=True)
    return {_row(row): action for row, action in rows}


def _row(row: Mapping[str, Any]) -> Row:
    return row["channel"], row["respondent"]


def _passed(shown: Mapping[str, Any], since: str, until: str) -> list[str]:
    ended = waited_for(shown["deadlines"])
    rows = [row for row in ended if since <= row["ends_on"] < until]
    return [f"{row['title']}：{row['ends']}" for row in rows]


def _reasons(kept: Mapping[str, Any], today: Mapping[str, Any]) -> tuple[str, ...]:
    old, new = _findings(kept), _findings(today)
    both = {**old, **new}
    return tuple(title for key, (title, _) in both.items() if old.get(key) != new.get(key))


def _findings(plan: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["ground"], row["against"]): (row["title"], row["strength"]) for row in plan["findings"]
    }
