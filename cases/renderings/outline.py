"""The stored plan made ready to be read: labels for codes, days in words, letters by their action.

Page, PDF and text show this one structure, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from cases.assessment.wording import label
from cases.knowledge import Knowledge, load
from cases.knowledge.citations import cite_text
from cases.knowledge.schema import Cite
from cases.renderings.letter_values import MOST_CITES
from cases.vocabulary import (
    Certainty,
    Channel,
    EvidenceKind,
    Length,
    Matter,
    Moment,
    Party,
    Stage,
    Strength,
    When,
    Whose,
)

FIRST = 3

# By the slug of the action, then by the length: the texts of a plan, or those a person wrote.
Texts = Mapping[str, Mapping[str, Any]]


def outline(plan: Mapping[str, Any], *, edits: Texts | None = None) -> dict[str, Any]:
    """What the plan's templates show; `plan` is the JSON object of `plan_json.as_json`.

    `edits` is `Plan.edits`: the texts the person wrote stand wherever the plan's own would.
    """
    return _Outline(with_edits(plan, edits), load()).build()


def with_edits(plan: Mapping[str, Any], edits: Texts | None) -> dict[str, Any]:
    """The stored plan with the person's texts in its letters; each such row says `edited`."""
    if not edits:
        return dict(plan)
    return {**plan, "letters": [_edited(row, edits.get(_slug(row), {})) for row in plan["letters"]]}


def rewritten_shorter(action: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shorter texts of an action of the outline that the person wrote anew."""
    return [row for row in action["texts"] if row["length"] != Length.FULL and row.get("edited")]


def original_texts(plan: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Every text of the stored plan as it was written for the person."""
    return {
        _slug(row): {
            **{shorter["length"]: shorter["text"] for shorter in row["shorter"]},
            str(Length.FULL): row["text"],
        }
        for row in plan["letters"]
    }


def note_choice(actions: Iterable[dict[str, Any]], chosen: Collection[str] | None) -> None:
    """Say of every action of the outline whether it gets a `page` of its own, and whether it was
    advised and `left_out`, or kept for later need and `taken` all the same.

    `chosen` are the slugs of the channels the person chose, None for the advice.
    """
    for action in actions:
        spare = action["when"] == When.IF_NEEDED
        action["page"] = not spare if chosen is None else action["slug"] in chosen
        action["left_out"] = not spare and not action["page"]
        action["taken"] = spare and action["page"]


class _Outline:
    def __init__(self, plan: Mapping[str, Any], knowledge: Knowledge) -> None:
        self.plan = plan
        self.knowledge = knowledge
        self.on = date.fromisoformat(plan["on"])

    def build(self) -> dict[str, Any]:
        plan, stage = self.plan, self.plan["stage"]
        actions = [self.action(row, i) for i, row in enumerate(plan["actions"], 1)]
        deadlines = [self.deadline(row) for row in plan["deadlines"]]
        today = list(self.today(actions, plan["evidence"]))
        findings = [self.finding(row) for row in plan["findings"]]
        cited = [row for row in findings if row["cited"]]
        return {
            "on": self.day(plan["on"]),
            "version": plan["knowledge_version"],
            "checked_on": self.day(plan["checked_on"]),
            "stage": {
                "id": stage["id"],
                "name": self.label(Stage(stage["id"])),
                "certainty": self.label(Certainty(stage["certainty"])),
                "because": stage["because"],
                "contradictions": stage["contradictions"],
            },
            "circumstances": plan["circumstances"],
            "responsible": list(self.responsible()),
            # Plans made before there was a chain have none.
            "chain": plan.get("chain", []),
            "today": today,
            "today_title": self.knowledge.phrase(f"today_title_{len(today)}"),
            "today_more": self.today_more(actions),
            "actions": actions,
            "withheld": [self.withheld(row) for row in plan["withheld"]],
            "deadlines": deadlines,
            "days": list(self.days(actions, deadlines)),
            "evidence": plan["evidence"],
            "findings": findings,
            # Where no text cites anything, all of them say why the plan advises what it does.
            "cited": cited or findings,
            "uncited": [row for row in findings if cited and not row["cited"]],
            "background": [self.finding(row) for row in plan["background"]],
            "warnings": plan["warnings"],
            "precautions": list(self.precautions()),
        }

    def label(self, member: object) -> str:
        return label(self.knowledge, member)

    def day(self, day: str | None) -> str:
        """2026年12月1日（周二）; nothing for no day."""
        if not day:
            return ""
        moment = date.fromisoformat(day)
        weekday = self.knowledge.phrase("weekdays")[moment.weekday()]
        return self.knowledge.phrase("day", day=moment, weekday=weekday)

    def party(self, party: str | None) -> str:
        # Plans made before it was told apart say nothing of it.
        if party == Party.AFFILIATE and self.plan.get("private_seller"):
            return self.knowledge.phrase("private_seller")
        return self.label(Party(party)) if party else ""

    def title(self, row: Mapping[str, Any]) -> str:
        """A channel and whom it is used against: 运营商投诉（对运营商）."""
        name = self.label(Channel(row["channel"]))
        party = self.party(row["respondent"])
        return self.knowledge.phrase("channel_against", name=name, party=party) if party else name

    def responsible(self) -> Iterator[dict[str, str]]:
        """Each matter once, with whom to turn to."""
        whom: dict[str, list[str]] = {}
        for row in self.plan["responsible"]:
            whom.setdefault(row["for"], []).append(self.party(row["party"]))
        for matter, parties in whom.items():
            yield {"matter": self.label(Matter(matter)), "parties": "、".join(parties)}

    def action(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        key = (row["channel"], row["respondent"])
        letters = self.plan["letters"]
        letter = next((x for x in letters if (x["channel"], x["respondent"]) == key), None)
        return {
            "number": number,
            "slug": slug(*key),
            "name": self.label(Channel(row["channel"])),
            "title": self.title(row),
            "when": row["when"],
            "when_class": row["when"].replace("_", "-"),
            "when_name": self.label(When(row["when"])),
            "why": row["why"],
            "opens_on": self.day(row["opens_on"]),
            "opens": row["opens_on"],
            "by": self.day(row["by"]),
            "until": row["by"],
            "if_refused": row["if_refused"],
            "cost": row.get("cost"),
            "evidence": [self.label(EvidenceKind(kind)) for kind in row["evidence"]],
            "attached": self.attached(row["evidence"]),
            "card": self.plan["cards"][row["channel"]],
            "letter": letter,
            "texts": list(self.texts(letter)) if letter else [],
        }

    def attached(self, kinds: Iterable[str]) -> str:
        """The evidence that goes along, in words; what is not here yet follows later."""
        have = {item["id"] for item in self.plan["evidence"] if item["have"]}
        names = "、".join(self.label(EvidenceKind(kind)) for kind in kinds)
        phrase = "attached" if have.issuperset(kinds) else "attached_later"
        return self.knowledge.phrase(phrase, names=names)

    def texts(self, letter: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The letter in every length it has, the one that fits best first."""
        full = {
            "length": Length.FULL,
            "text": letter["text"],
            "limit": None,
            "verified": True,
            "edited": letter.get("edited", False),
        }
        rows = [*letter["shorter"], full]
        rows.sort(key=lambda row: row["length"] != letter["usual"])
        for row in rows:
            length = Length(row["length"])
            yield {
                **row,
                "slug": length.replace("_", "-"),
                "name": self.label(length),
                "count": len(row["text"]),
                "spoken": length in (Length.CALL_20S, Length.CALL_60S),
            }

    def withheld(self, row: Mapping[str, Any]) -> dict[str, str]:
        return {
            "title": self.title(row),
            "why": row["why"],
            "opens_on": self.day(row["opens_on"]),
        }

    def deadline(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **row,
            "whose_name": self.label(Whose(row["whose"])),
            "ends": self.day(row["ends_on"]),
            "safe": self.day(row["safe_on"]),
            "escalate": self.day(row["escalate_on"]),
            "over": date.fromisoformat(row["ends_on"]) < self.on,
            # Plans made before it was told apart say nothing of it.
            "answered": row.get("answered", False),
        }

    def finding(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **row,
            "strength_name": self.label(Strength(row["strength"])),
            "against_name": self.party(row["against"]),
            "source": cite_text(self.knowledge, [_cite(cite) for cite in row["citations"]]),
            "checked": self.day(row["checked_on"]),
            "articles": [self.article(cite) for cite in row["citations"]],
            "cited": self.is_cited(row["citations"]),
        }

    def is_cited(self, citations: list[dict[str, Any]]) -> bool:
        """Whether a text of the plan says these articles, as its letters print them."""
        printed = cite_text(self.knowledge, [_cite(cite) for cite in citations[:MOST_CITES]])
        return any(printed in letter["text"] for letter in self.plan["letters"])

    def article(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One citation by itself: where it stands, since when, what it says in our words."""
        return {
            "place": cite_text(self.knowledge, [_cite(row)]),
            "title": row["title"],
            "since": self.day(row["since"]),
            "summary": row["summary"],
            "url": row["url"],
            "host": urlsplit(row["url"]).hostname,
        }

    def precautions(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The checklist by moment, each with its name."""
        for moment in Moment:
            rows = [row for row in self.plan["precautions"] if row["moment"] == moment]
            if rows:
                yield self.label(moment), rows

    def today(self, actions: list[dict[str, Any]], evidence: list[dict[str, Any]]) -> Iterator[Any]:
        """Three things for today: what is due now, then saving what may vanish, then waiting."""
        due = [action for action in actions if action["when"] == When.NOW]
        waiting = [action for action in actions if action["when"] == When.WAITING]
        yield from [*due[:FIRST], self.save_first(evidence), *waiting][:FIRST]

    def today_more(self, actions: list[dict[str, Any]]) -> str:
        """That more may be done at once than the first three; nothing where that is all."""
        number = sum(action["when"] == When.NOW for action in actions) - FIRST
        return self.knowledge.phrase("today_more", number=number) if number > 0 else ""

    def save_first(self, evidence: list[dict[str, Any]]) -> dict[str, Any]:
        """To save today what is missing and may vanish; else to put what is at hand together."""
        names = [item["name"] for item in evidence if item["vanishes"] and not item["have"]]
        kind = "today_save" if names else "today_keep"
        say = self.knowledge.phrase
        return {
            "title": say(kind),
            "why": say(f"{kind}_why", names="、".join(names)),
            "slug": "evidence",
            "by": "",
        }

    def days(
        self, actions: list[dict[str, Any]], deadlines: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """The time line: today, and every day from today on that something ends or opens."""
        found = {(self.plan["on"], self.knowledge.phrase("today"), True)}
        for row in waited_for(deadlines):
            found.add((row["ends_on"], self.knowledge.phrase("day_ends", what=row["title"]), False))
        for action in actions:
            if action["opens"]:
                opens = self.knowledge.phrase("day_opens", what=action["name"])
                found.add((action["opens"], opens, False))
        for day, what, today in sorted(found, key=lambda entry: (entry[0], not entry[2])):
            if day >= self.plan["on"]:
                yield {"day": self.day(day), "what": what, "today": today}


def waited_for(deadlines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deadlines of the outline whose end still matters: whoever answered is not waited for."""
    return [row for row in deadlines if not row["answered"]]


def slug(channel: str, respondent: str | None) -> str:
    """The name of an action in addresses and anchors: carrier-complaint-carrier."""
    return "-".join(filter(None, (channel, respondent))).replace("_", "-")


def _slug(letter: Mapping[str, Any]) -> str:
    return slug(letter["channel"], letter["respondent"])


def _edited(letter: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The letter with these texts, by length, instead of its own."""
    edited = {
        **letter,
        "shorter": [
            {**row, "text": texts[row["length"]], "edited": True} if row["length"] in texts else row
            for row in letter["shorter"]
        ],
    }
    if Length.FULL in texts:
        edited |= {"text": texts[Length.FULL], "edited": True}
    return edited


def _cite(row: Mapping[str, Any]) -> Cite:
    names = ("law", "article", "paragraph", "item")
    return Cite.model_validate({name: row[name] for name in names})
