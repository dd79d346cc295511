"""What to do with the carrier: the complaint, its superiors, the escalation, its agents."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.lanes import REFUSALS, Shut, filing_by, silence_over
from cases.plan.due import Due, Proposed
from cases.vocabulary import CarrierRecord, CarrierReply, Channel, Party, Stage, When


def carrier_complaint(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if s.iot:
        yield Party.CARRIER, Due(When.IF_NEEDED, "why_carrier_iot")
    elif s.complained_to_carrier:
        settled = s.facts.signals.carrier_record is CarrierRecord.CANCELLED
        if s.answers_for(Party.CARRIER) or not settled:
            yield Party.CARRIER, _of_carrier(s)
    elif s.answers_for(Party.CARRIER):
        unknown = s.facts.carrier.name is None
        yield Party.CARRIER, Due(When.NOW, "why_carrier_unknown" if unknown else "why_carrier_now")
    elif s.facts.signals.carrier_record is None and s.stage is Stage.AWAITING_SUBMISSION:
        yield Party.CARRIER, Due(When.NOW, "why_carrier_confirm_no_order")
    elif s.facts.signals.carrier_record is not CarrierRecord.CANCELLED and s.stage is Stage.CLOSED:
        yield Party.CARRIER, Due(When.IF_NEEDED, "why_carrier_confirm_released")


def _of_carrier(s: Situation) -> Due:
    if s.facts.carrier.reply in REFUSALS:
        return Due(When.NOW, "why_follow_up_carrier")
    deadline = s.carrier_deadline if s.facts.carrier.complained_on else None
    if deadline and s.on > deadline.ends_on:
        return Due(When.NOW, "why_follow_up_carrier")
    return Due(When.WAITING, "why_waiting_for_carrier", by=deadline.ends_on if deadline else None)


def carrier_group(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    escalated = filing_by(s.facts, Channel.TELECOM_ESCALATION, Party.CARRIER)
    answers = s.answers_for(Party.CARRIER) and not s.iot
    if answers and s.complained_to_carrier and not escalated and (due := _of_group(s)):
        yield Party.CARRIER, due


def _of_group(s: Situation) -> Due | None:
    carrier, deadline = s.facts.carrier, s.carrier_deadline
    overdue = carrier.complained_on and deadline and s.on > deadline.ends_on
    if carrier.reply in REFUSALS or overdue:
        return Due(When.NOW, "why_group_now")
    if carrier.reply is CarrierReply.ACCEPTED:
        return None
    if carrier.complained_on is None:
        return Due(When.IF_NEEDED, "why_group_later")
    days = s.knowledge.channels[Channel.CARRIER_GROUP].silence_days or 0
    opens_on = silence_over(carrier.complained_on, days)
    if s.on >= opens_on:
        return Due(When.NOW, "why_group_silent")
    return Due(When.LATER, "why_group_later", opens_on=opens_on)


ESCALATION_WHY = {
    When.NOW: "why_escalation_now",
    When.LATER: "why_escalation_later",
    When.IF_NEEDED: "why_escalation_if_needed",
    When.WAITING: "why_already_filed",
}


def telecom_escalation(assessment: Assessment) -> Iterator[Proposed]:
    door = assessment.situation.escalation
    if not isinstance(door, Shut):
        due = Due(door.when, ESCALATION_WHY[door.when], door.opens_on, door.by)
        yield Party.CARRIER, due


def communications_administration(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    # As a report on real-name checks and agents, not as a dispute: so it does not shut a door.
    if c.identity_misused(s) or c.activated_by_somebody_else(s):
        yield Party.CARRIER, Due(When.IF_NEEDED, "why_administration")
