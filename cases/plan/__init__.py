"""The action plan: what first, where, by when, with what, and which channel not to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.assessment import Assessment
from cases.deadlines import Deadline
from cases.plan.actions import Action, propose
from cases.plan.evidence import EvidenceItem, list_evidence
from cases.plan.periods import list_deadlines
from cases.plan.warnings import list_warnings
from cases.plan.withheld import Withheld, withhold
from cases.vocabulary import WarningId

__all__ = ["Action", "ActionPlan", "EvidenceItem", "Withheld", "make_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlan:
    """All that is said to the person, letters apart. Actions stand in the order to do them."""

    on: date
    knowledge_version: str
    assessment: Assessment
    actions: tuple[Action, ...]
    withheld: tuple[Withheld, ...]
    deadlines: tuple[Deadline, ...]
    evidence: tuple[EvidenceItem, ...]
    warnings: tuple[WarningId, ...]


def make_plan(assessment: Assessment) -> ActionPlan:
    """The plan for an assessed case, on the day it was assessed for."""
    s = assessment.situation
    actions = propose(assessment)
    deadlines = list_deadlines(assessment, actions)
    withheld = withhold(assessment, actions)
    return ActionPlan(
        on=s.on,
        knowledge_version=s.knowledge.version,
        assessment=assessment,
        actions=actions,
        withheld=withheld,
        deadlines=deadlines,
        evidence=list_evidence(assessment, actions),
        warnings=list_warnings(assessment, actions, withheld, deadlines),
    )
