"""What to keep: what is at hand, what is missing, what may vanish soon."""

from __future__ import annotations

from dataclasses import dataclass

from cases.assessment import Assessment
from cases.plan.actions import Action
from cases.vocabulary import EvidenceKind, Stage

# What only somebody who ordered can have.
OF_AN_ORDER = frozenset(
    {
        EvidenceKind.ORDER_PAGE,
        EvidenceKind.PAYMENT_RECORD,
        EvidenceKind.PROMOTION_PAGE,
        EvidenceKind.AGREEMENT,
        EvidenceKind.COURIER_RECORD,
        EvidenceKind.CHAT,
        EvidenceKind.SIM_PHOTO,
        EvidenceKind.SELLER_LICENCE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """`proves` and `how` are sentences; `vanishes` one where the proof may disappear."""

    id: EvidenceKind
    have: bool
    proves: str
    how: str
    vanishes: str | None


def list_evidence(assessment: Assessment, actions: tuple[Action, ...]) -> tuple[EvidenceItem, ...]:
    """Everything at hand and everything an action asks for, in the order of the vocabulary."""
    s = assessment.situation
    at_hand = set(s.facts.evidence or ())
    wanted = set[EvidenceKind]().union(*(action.evidence for action in actions))
    if s.stage is Stage.NOT_MINE:
        wanted -= OF_AN_ORDER
    wanted |= at_hand
    return tuple(
        _item(assessment, kind, kind in at_hand) for kind in EvidenceKind if kind in wanted
    )


def _item(assessment: Assessment, kind: EvidenceKind, have: bool) -> EvidenceItem:
    content = assessment.situation.knowledge.evidence[kind]
    return EvidenceItem(
        id=kind, have=have, proves=content.proves, how=content.how, vanishes=content.vanishes
    )
