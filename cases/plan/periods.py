"""Which periods run in a case, and from which day."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.assessment.situation import ZERO, Situation
from cases.deadlines import Deadline
from cases.lanes import COURTS, REFUSALS
from cases.plan.actions import Action
from cases.plan.seller import OPEN_ORDER
from cases.vocabulary import Channel, SalesChannel, Stage


def list_deadlines(assessment: Assessment, actions: tuple[Action, ...]) -> tuple[Deadline, ...]:
    """One row an id, the next to end first. A period without a base date has no row."""
    s = assessment.situation
    rows = [row for row in (*_of_seller(s), *_of_carrier(s, actions), *_of_bodies(s)) if row]
    return tuple(sorted({row.id: row for row in rows}.values(), key=lambda row: row.ends_on))


def _of_seller(s: Situation) -> Iterator[Deadline | None]:
    signals = s.facts.signals
    owes = s.owed != ZERO and bool(s.holders)
    if owes and s.stage in OPEN_ORDER and _at_a_distance(s):
        yield s.period("withdrawal_7d", signals.delivered_on)
    if owes and signals.returned_on:
        yield s.period("refund_after_return_7d", signals.returned_on)
    if owes:
        yield s.refund_delay
    if s.stage is Stage.AWAITING_SUBMISSION:
        yield s.period("practice_awaiting_submission_3wd", s.requested_on)
    if s.stage is Stage.SUBMITTED:
        yield s.period("practice_submitted_7wd", s.requested_on)


def _at_a_distance(s: Situation) -> bool:
    return s.facts.order.sales_channel is not SalesChannel.STREET_PROMOTION


def _of_carrier(s: Situation, actions: tuple[Action, ...]) -> Iterator[Deadline | None]:
    advised = any(action.channel is Channel.TELECOM_ESCALATION for action in actions)
    # Once there is an answer, the fifteen days of a complaint on an unknown day say nothing.
    if s.facts.carrier.complained_on or (advised and s.facts.carrier.reply not in REFUSALS):
        yield s.carrier_deadline
    fee_on = s.facts.carrier.fee_event_on
    yield s.period("escalation_fee_5m", fee_on)
    if advised and fee_on is None:
        yield s.period("escalation_other_2y", s.telecom_event_on)


def _of_bodies(s: Situation) -> Iterator[Deadline | None]:
    for filing in s.facts.filings:
        if filing.channel is Channel.TELECOM_ESCALATION:
            yield s.period("escalation_acceptance_5wd", filing.on)
            yield s.period("escalation_answer_30d", filing.on or filing.accepted_on)
        if filing.channel is Channel.MARKET_REGULATOR_COMPLAINT:
            yield s.period("regulator_decision_7wd", filing.on)
            yield s.period("mediation_60d", filing.accepted_on)
        if filing.channel in COURTS:
            yield s.period("court_acceptance_7d", filing.on)
            yield s.period("small_claim_2m", filing.accepted_on)
