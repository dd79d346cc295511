"""The weighing of a case: its stage, who answers for what, which grounds hold. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cases.assessment import conditions, handling, identity, ordering, payment, redress, terms
from cases.assessment.circumstances import circumstances
from cases.assessment.filings import told_by_filings
from cases.assessment.situation import Situation
from cases.assessment.stage import StageFound
from cases.assessment.weighing import Finding, Predicate
from cases.facts import Facts
from cases.knowledge import Knowledge
from cases.knowledge.schema import Cite, Ground, Reviewed, Variant
from cases.vocabulary import Matter, Party, Strength, Tier

PREDICATES: Mapping[str, Predicate] = {
    predicate.__name__: predicate
    for module in (ordering, terms, payment, identity, handling, redress)
    for predicate in module.PREDICATES
}
STRENGTHS = list(Strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the facts mean on a day. `background` holds grounds for the person only (tier C),
    `circumstances` the ids of the rows of the decision tables that the case falls under."""

    situation: Situation
    findings: tuple[Finding, ...]
    background: tuple[Finding, ...]
    circumstances: tuple[str, ...]

    @property
    def stage(self) -> StageFound:
        return self.situation.stage_found

    @property
    def responsible(self) -> tuple[tuple[Party, Matter], ...]:
        return self.situation.responsible

    def finds(self, ground: str) -> bool:
        return any(finding.ground == ground for finding in self.findings)


def assess(facts: Facts, knowledge: Knowledge, *, on: date) -> Assessment:
    """Weigh the facts against the knowledge as of `on`. Strongest findings first."""
    situation = Situation(facts=told_by_filings(facts), knowledge=knowledge, on=on)
    found = sorted(_weighed(situation), key=lambda finding: _rank(finding, knowledge))
    shown = [f for f in found if knowledge.grounds[f.ground].tier is not Tier.C]
    return Assessment(
        situation=situation,
        findings=tuple(shown),
        background=tuple(f for f in found if f not in shown),
        circumstances=circumstances(situation),
    )


def cites_in_force(knowledge: Knowledge, ground: str, on: date) -> tuple[Cite, ...]:
    """The citations of a ground that are in force on a day."""
    return tuple(c for c in knowledge.grounds[ground].cites if knowledge.in_force(c, on))


def read_for(s: Situation, ground: str) -> Ground | Variant:
    """The wording and the citations of a ground that fit this case."""
    item = s.knowledge.grounds[ground]
    return next((v for v in item.variants if getattr(conditions, v.given)(s)), item)


def cites_for(s: Situation, ground: str) -> tuple[Cite, ...]:
    """The citations of a ground that fit this case and are in force on its day."""
    return tuple(c for c in read_for(s, ground).cites if s.knowledge.in_force(c, s.on))


def _weighed(situation: Situation) -> list[Finding]:
    return [
        _careful(replace(finding, ground=ground), situation)
        for ground, predicate in PREDICATES.items()
        if cites_in_force(situation.knowledge, ground, situation.on)
        for finding in predicate(situation)
    ]


def _careful(finding: Finding, s: Situation) -> Finding:
    """A finding whose ground nobody has looked at in time is arguable at best, and says so."""
    if not overdue(s.knowledge, finding.ground, s.on):
        return finding
    strong = finding.strength is Strength.STRONG
    return replace(
        finding, overdue=True, strength=Strength.ARGUABLE if strong else finding.strength
    )


def overdue(knowledge: Knowledge, ground: str, on: date) -> bool:
    """Whether a ground, or a law it cites, should have been reviewed again before `on`."""
    laws = (knowledge.laws[cite.law] for cite in cites_in_force(knowledge, ground, on))
    items: tuple[Reviewed, ...] = (knowledge.grounds[ground], *laws)
    return any(item.overdue(on) for item in items)


def _rank(finding: Finding, knowledge: Knowledge) -> tuple[int, int, str]:
    weight = knowledge.grounds[finding.ground].weight
    return STRENGTHS.index(finding.strength), -weight, finding.ground
