"""The weighing of a case: its stage, who answers for what, which grounds hold. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cases.assessment import handling, identity, ordering, payment, terms
from cases.assessment.filings import told_by_filings
from cases.assessment.situation import Situation
from cases.assessment.stage import StageFound
from cases.assessment.weighing import Finding, Predicate
from cases.facts import Facts
from cases.knowledge import Knowledge
from cases.knowledge.schema import Cite
from cases.vocabulary import Matter, Party, Strength, Tier

PREDICATES: Mapping[str, Predicate] = {
    predicate.__name__: predicate
    for module in (ordering, terms, payment, identity, handling)
    for predicate in module.PREDICATES
}
STRENGTHS = list(Strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the facts mean on a day. `background` holds grounds for the person only (tier C)."""

    situation: Situation
    findings: tuple[Finding, ...]
    background: tuple[Finding, ...]

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
    )


def cites_in_force(knowledge: Knowledge, ground: str, on: date) -> tuple[Cite, ...]:
    """The citations of a ground that are in force on a day; one without an article always is."""
    cites = knowledge.grounds[ground].cites
    return tuple(c for c in cites if c.article is None or knowledge.article(c, on))


def _weighed(situation: Situation) -> list[Finding]:
    return [
        replace(finding, ground=ground)
        for ground, predicate in PREDICATES.items()
        if cites_in_force(situation.knowledge, ground, situation.on)
        for finding in predicate(situation)
    ]


def _rank(finding: Finding, knowledge: Knowledge) -> tuple[int, int, str]:
    weight = knowledge.grounds[finding.ground].weight
    return STRENGTHS.index(finding.strength), -weight, finding.ground
