"""Claim and proof: which exhibits stand behind each sentence of the letters, and what is missing.

It says how complete the proof is, and never what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from django.utils.translation import gettext as _

from cases.assessment.wording import label
from cases.knowledge import Knowledge, load
from cases.renderings.chronicle import BLANK
from cases.renderings.outline import slug
from cases.vocabulary import Channel, EvidenceKind, Party

# What is gone first comes first.
HASTE: tuple[Literal["days", "months", "years"], ...] = ("days", "months", "years")


class Proven(Enum):
    """How a sentence stands."""

    SHOWN = "shown"
    AT_HAND = "at-hand"
    MISSING = "missing"
    STATED = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An exhibit as proof knows it: 证据`number`, its kind, and what it is called."""

    number: int
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of a letter: the numbers of the exhibits behind it, else the names of the kinds
    of evidence that the person has (AT_HAND) or could look for (MISSING). `fact` is one for
    sentences that say the same to another receiver."""

    fact: str
    text: str
    state: Proven
    numbers: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What stands beside the sentence."""
        match self.state:
            case Proven.SHOWN:
                return numbered(self.numbers)
            case Proven.AT_HAND:
                return _("您说有%(kinds)s，还没加进来") % {"kinds": self._one_of}
            case Proven.MISSING:
                return _("仅陈述，还缺：%(kinds)s") % {"kinds": self._one_of}
            case Proven.STATED:
                return _("仅陈述")

    @property
    def _one_of(self) -> str:
        return _("或").join(self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLetter:
    """The claims of one letter."""

    slug: str
    title: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanishing:
    """A kind of evidence that is wanted and not here yet: its name, and why to hurry."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of a plan. `lacking` are the facts that could be proved and are not, once
    each; `hurry` the kinds that they or the list of evidence lack, and that the other side can
    take away or that soon are gone."""

    letters: tuple[OfLetter, ...]
    lacking: tuple[Claim, ...]
    hurry: tuple[Vanishing, ...]


def proof_of(plan: Mapping[str, Any], exhibits: Sequence[Numbered]) -> Proof:
    """Claim and proof of a stored plan, with the person's texts in it; `exhibits` in their order.

    Letters of plans made before there were claims are left out.
    """
    return _Prover(plan, exhibits, load()).proof()


def with_numbers(
    evidence: Iterable[Mapping[str, Any]], exhibits: Sequence[Numbered]
) -> list[dict[str, Any]]:
    """The list of evidence with the `exhibits` of each kind: 证据2、证据5, or nothing."""
    return [
        {**row, "exhibits": numbered(each.number for each in exhibits if each.kind == row["id"])}
        for row in evidence
    ]


def numbered(numbers: Iterable[int]) -> str:
    """证据2、证据5."""
    return _("、").join(_("证据%d") % number for number in numbers)


class _Prover:
    def __init__(
        self, plan: Mapping[str, Any], exhibits: Sequence[Numbered], knowledge: Knowledge
    ) -> None:
        self.plan, self.exhibits, self.knowledge = plan, exhibits, knowledge
        self.have = {row["id"] for row in plan["evidence"] if row["have"]}

    def proof(self) -> Proof:
        letters = tuple(self.letters())
        found: dict[str, Claim] = {}
        for claim in (claim for letter in letters for claim in letter.claims):
            if claim.state in (Proven.AT_HAND, Proven.MISSING):
                found.setdefault(claim.fact, claim)
        lacking = tuple(found.values())
        return Proof(letters=letters, lacking=lacking, hurry=tuple(self.hurry(lacking)))

    def letters(self) -> Iterator[OfLetter]:
        for row in self.plan["letters"]:
            claims = tuple(self.claims(row))
            if claims:
                where = slug(row["channel"], row["respondent"])
                yield OfLetter(slug=where, title=self.title(row), claims=claims)

    def title(self, row: Mapping[str, Any]) -> str:
        name, party = label(self.knowledge, Channel(row["channel"])), row["respondent"]
        if not party:
            return name
        words = label(self.knowledge, Party(party))
        return self.knowledge.phrase("channel_against", name=name, party=words)

    def claims(self, row: Mapping[str, Any]) -> Iterator[Claim]:
        said = list(_said(row))
        for claim in row.get("claims", []):
            if text := _standing(claim["text"], said):
                fact = claim["name"].removesuffix("_yours")
                yield Claim(fact=fact, text=text, **self.standing(claim["proof"]))

    def standing(self, proof: Sequence[str]) -> dict[str, Any]:
        """How a sentence stands that these kinds can prove."""
        numbers = tuple(each.number for each in self.exhibits if each.kind in proof)
        if numbers:
            return {"state": Proven.SHOWN, "numbers": numbers}
        if at_hand := [kind for kind in proof if kind in self.have]:
            return {"state": Proven.AT_HAND, "kinds": self.names(at_hand)}
        state = Proven.MISSING if proof else Proven.STATED
        return {"state": state, "kinds": self.names(proof)}

    def names(self, kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(label(self.knowledge, EvidenceKind(kind)) for kind in kinds)

    def hurry(self, lacking: Iterable[Claim]) -> Iterator[Vanishing]:
        """The kinds of the list, and those that could prove what nothing proves, that are not here
        yet: the soonest gone first."""
        missing = (claim for claim in lacking if claim.state is Proven.MISSING)
        lacked = {name for claim in missing for name in claim.kinds} | set(self.wanted())
        for lasts in HASTE[:-1]:
            for kind, content in self.knowledge.evidence.items():
                name = label(self.knowledge, kind)
                if content.lasts == lasts and name in lacked:
                    yield Vanishing(name=name, why=content.vanishes or _("过一段时间可能查不到。"))

    def wanted(self) -> tuple[str, ...]:
        """What the list of evidence asks for and nothing here is."""
        added = {each.kind for each in self.exhibits}
        listed = (row["id"] for row in self.plan["evidence"])
        return self.names(kind for kind in listed if kind not in self.have | added)


def _said(row: Mapping[str, Any]) -> Iterator[str]:
    """The lines the person will send: of the edited texts where there are some, else of all."""
    edited = [each["text"] for each in row["shorter"] if each.get("edited")]
    if row.get("edited") or not edited:
        edited.append(row["text"])
    for text in edited:
        yield from text.splitlines()


def _standing(claim: str, lines: Iterable[str]) -> str:
    """The claim as it stands in one of the lines, its blanks filled or not; "" if it is gone."""
    parts = BLANK.split(claim)
    return next(filter(None, (_in_line(parts, line) for line in lines)), "")


def _in_line(parts: Sequence[str], line: str) -> str:
    """The part of the line from the first of the parts to the last, if all are there in order."""
    start, end = line.find(parts[0]), 0
    for part in parts:
        found = line.find(part, max(start, end))
        if found < 0:
            return ""
        end = found + len(part)
    return line[start:end] if parts[-1] else line[start:]
