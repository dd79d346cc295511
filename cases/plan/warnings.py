"""What to beware of in this case."""

from __future__ import annotations

from cases.assessment import Assessment
from cases.assessment.situation import ZERO, Situation
from cases.deadlines import Deadline
from cases.knowledge.schema import Reviewed
from cases.lanes import DISPUTE_BODIES, too_late
from cases.plan.actions import Action
from cases.plan.withheld import Withheld
from cases.vocabulary import Channel, Payee, PaymentMethod, Stage, WarningId

PUBLIC = frozenset({Channel.POLICE, Channel.HEIMAO})
EVIDENCE_FIRST = frozenset({Channel.NUMBER_CHECK, Channel.POLICE})


def list_warnings(
    assessment: Assessment,
    actions: tuple[Action, ...],
    withheld: tuple[Withheld, ...],
    deadlines: tuple[Deadline, ...],
) -> tuple[WarningId, ...]:
    """The warnings that apply, in the order of the vocabulary."""
    s = assessment.situation
    channels = {action.channel for action in actions}
    bodies = (channels | {row.channel for row in withheld}) & DISPUTE_BODIES
    applies = {
        WarningId.NO_ESCROW: _paid_without_escrow(s),
        WarningId.DO_NOT_ACTIVATE: s.stage is Stage.PROVISIONED,
        WarningId.KEEP_EVIDENCE_FIRST: bool(channels & EVIDENCE_FIRST),
        WarningId.ONE_BODY_PER_DISPUTE: bool(s.facts.filings) or len(bodies) > 1,
        WarningId.ESTIMATED_CALENDAR: any(row.estimated for row in deadlines),
        WarningId.NO_ID_IMAGES: bool(s.facts.consumer.uploaded_id_photos or channels & PUBLIC),
        WarningId.FRAUD_CLAIM_RISK: assessment.finds("punitive_damages"),
        WarningId.TOO_LATE_FOR_ESCALATION: _too_late(s),
        WarningId.STOP_TOPPING_UP: s.iot,
        WarningId.REVIEW_OVERDUE: _overdue(assessment, channels, deadlines),
    }
    return tuple(warning for warning in WarningId if applies[warning])


def _paid_without_escrow(s: Situation) -> bool:
    payment = s.facts.payment
    with_seller = payment.payee in (Payee.AFFILIATE, Payee.INDIVIDUAL)
    in_order = payment.method in (PaymentMethod.MARKETPLACE_ORDER, PaymentMethod.CARRIER_PAGE)
    return s.paid != ZERO and not in_order and (with_seller or payment.method is not None)


def _overdue(
    assessment: Assessment, channels: set[Channel], deadlines: tuple[Deadline, ...]
) -> bool:
    """Whether anything the plan rests on should have been reviewed again by now."""
    s, knowledge = assessment.situation, assessment.situation.knowledge
    items: tuple[Reviewed, ...] = (
        *(knowledge.channels[channel] for channel in channels),
        *(knowledge.deadlines[row.id] for row in deadlines),
    )
    found = (*assessment.findings, *assessment.background)
    return any(finding.overdue for finding in found) or any(item.overdue(s.on) for item in items)


def _too_late(s: Situation) -> bool:
    return too_late(s.facts, event_on=s.telecom_event_on, on=s.on, knowledge=s.knowledge)
