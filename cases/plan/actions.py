"""Which channel when, against whom: one function a channel, and the order of each stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.assessment.situation import PUT_OFF, REFUSALS, ZERO, Situation
from cases.facts import Filing
from cases.lanes import (
    DISPUTE_BODIES,
    Shut,
    filing_by,
    last_day_of,
    shut_by_filing,
    silence_over,
)
from cases.vocabulary import (
    CarrierRecord,
    Channel,
    EvidenceKind,
    FilingOutcome,
    MarketplaceReply,
    Matter,
    Party,
    Payee,
    PaymentMethod,
    SellerReply,
    Stage,
    When,
)

C = Channel
OPEN_ORDER = frozenset({Stage.AWAITING_SUBMISSION, Stage.SUBMITTED, Stage.PROVISIONED})
# `domain.md` 3.2, with the channels that any stage may need
ORDERS: Mapping[Stage, tuple[Channel, ...]] = {
    Stage.AWAITING_SUBMISSION: (
        C.POLICE,
        C.AFFILIATE_SERVICE,
        C.PAYMENT_PROVIDER,
        C.MARKETPLACE,
        C.AFFILIATE_MANAGEMENT,
        C.CARRIER_COMPLAINT,
        C.MARKET_REGULATOR_COMPLAINT,
        C.TELECOM_ESCALATION,
        C.MARKET_REGULATOR_REPORT,
        C.NUMBER_CHECK,
        C.COMMUNICATIONS_ADMINISTRATION,
    ),
    Stage.SUBMITTED: (
        C.POLICE,
        C.AFFILIATE_SERVICE,
        C.CARRIER_COMPLAINT,
        C.MARKETPLACE,
        C.PAYMENT_PROVIDER,
        C.AFFILIATE_MANAGEMENT,
        C.TELECOM_ESCALATION,
        C.MARKET_REGULATOR_COMPLAINT,
        C.MARKET_REGULATOR_REPORT,
        C.NUMBER_CHECK,
        C.COMMUNICATIONS_ADMINISTRATION,
    ),
    Stage.PROVISIONED: (
        C.POLICE,
        C.CARRIER_COMPLAINT,
        C.AFFILIATE_SERVICE,
        C.MARKETPLACE,
        C.PAYMENT_PROVIDER,
        C.AFFILIATE_MANAGEMENT,
        C.MARKET_REGULATOR_COMPLAINT,
        C.TELECOM_ESCALATION,
        C.MARKET_REGULATOR_REPORT,
        C.NUMBER_CHECK,
        C.COMMUNICATIONS_ADMINISTRATION,
    ),
    Stage.ACTIVATED: (
        C.NUMBER_CHECK,
        C.CARRIER_COMPLAINT,
        C.AFFILIATE_SERVICE,
        C.MARKETPLACE,
        C.PAYMENT_PROVIDER,
        C.AFFILIATE_MANAGEMENT,
        C.POLICE,
        C.TELECOM_ESCALATION,
        C.MARKET_REGULATOR_COMPLAINT,
        C.MARKET_REGULATOR_REPORT,
        C.COMMUNICATIONS_ADMINISTRATION,
    ),
    Stage.CLOSED: (
        C.POLICE,
        C.AFFILIATE_SERVICE,
        C.PAYMENT_PROVIDER,
        C.MARKETPLACE,
        C.AFFILIATE_MANAGEMENT,
        C.MARKET_REGULATOR_COMPLAINT,
        C.CARRIER_COMPLAINT,
        C.TELECOM_ESCALATION,
        C.MARKET_REGULATOR_REPORT,
        C.NUMBER_CHECK,
        C.COMMUNICATIONS_ADMINISTRATION,
    ),
    Stage.NOT_MINE: (
        C.NUMBER_CHECK,
        C.CARRIER_COMPLAINT,
        C.POLICE,
        C.TELECOM_ESCALATION,
        C.COMMUNICATIONS_ADMINISTRATION,
        C.AFFILIATE_SERVICE,
        C.PAYMENT_PROVIDER,
        C.MARKETPLACE,
        C.AFFILIATE_MANAGEMENT,
        C.MARKET_REGULATOR_COMPLAINT,
        C.MARKET_REGULATOR_REPORT,
    ),
}
RANK = {When.NOW: 0, When.WAITING: 0, When.LATER: 1, When.IF_NEEDED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. `respondent` is None where nobody is complained about; `why` a sentence."""

    channel: Channel
    respondent: Party | None
    when: When
    opens_on: date | None
    by: date | None
    why: str
    letter: bool
    evidence: tuple[EvidenceKind, ...]
    if_refused: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a channel is due; `why` names a phrase."""

    when: When
    why: str
    opens_on: date | None = None
    by: date | None = None


Proposed = tuple[Party | None, Due]
Proposal = Callable[[Assessment], Iterator[Proposed]]


def propose(assessment: Assessment) -> tuple[Action, ...]:
    """The actions in the order to do them; at least one of them can be done today."""
    s = assessment.situation
    proposed = [
        (channel, party, due)
        for channel, proposal in PROPOSALS.items()
        for party, due in _with_filings(s, channel, list(proposal(assessment)))
    ]
    if not any(due.when in (When.NOW, When.WAITING) for _, _, due in proposed):
        proposed = [entry for entry in proposed if entry[0] is not C.NUMBER_CHECK]
        proposed.append((C.NUMBER_CHECK, None, Due(When.NOW, "why_number_check_anyway")))
    order = ORDERS[s.stage]
    proposed.sort(
        key=lambda entry: (
            RANK[entry[2].when],
            (entry[2].when is When.LATER and entry[2].opens_on) or date.min,
            order.index(entry[0]),
        )
    )
    return tuple(_action(s, channel, party, due) for channel, party, due in proposed)


def _action(s: Situation, channel: Channel, party: Party | None, due: Due) -> Action:
    card = s.knowledge.channels[channel]
    return Action(
        channel=channel,
        respondent=party,
        when=due.when,
        opens_on=due.opens_on,
        by=due.by,
        why=s.knowledge.phrase(due.why),
        letter=card.takes_text,
        evidence=card.evidence,
        if_refused=card.if_refused,
    )


def _with_filings(s: Situation, channel: Channel, proposed: list[Proposed]) -> Iterator[Proposed]:
    """The proposals of a channel, seen with what was filed there: waiting, or served and gone."""
    for party, due in proposed:
        filing = filing_by(s.facts, channel, party)
        if filing is None or (channel in TOLD and filing.outcome is not FilingOutcome.SETTLED):
            yield party, due
        elif filing.open:
            yield party, _filed(s, filing)
        elif filing.outcome is not FilingOutcome.SETTLED and channel in PRIVATE:
            yield party, Due(When.NOW, "why_follow_up_seller")
    known = {party for party, _ in proposed}
    for filing in s.facts.filed:
        if filing.channel is channel and filing.open and channel not in TOLD:
            party = None if channel in NOBODY else filing.against
            if party not in known and _heard(s, channel, party):
                known.add(party)
                yield party, _filed(s, filing)


def _heard(s: Situation, channel: Channel, party: Party | None) -> bool:
    """Whether a filing is one that its body can hear; only carriers are escalated against."""
    if channel is C.TELECOM_ESCALATION:
        return party is Party.CARRIER and not s.iot
    return bool(party) or channel in NOBODY


def _filed(s: Situation, filing: Filing) -> Due:
    by = _not_past(s, last_day_of(filing, s.knowledge))
    why = "why_police_filed" if filing.channel is C.POLICE else "why_already_filed"
    return Due(When.WAITING, why, by=by)


def _not_past(s: Situation, day: date | None) -> date | None:
    """A day to wait for; one that is over is none."""
    return day if day and day >= s.on else None


def _seller_owes(s: Situation) -> bool:
    """Whether money may be with the seller; an unknown payee or sum may be."""
    sellers = [party for party in s.holders if party is not Party.CARRIER]
    return s.owed != ZERO and (bool(sellers) or s.facts.payment.payee is None)


def _seller_may_settle(s: Situation) -> bool:
    """Whether there is money or an order left for the seller to deal with."""
    return s.trader is not None and (_seller_owes(s) or s.stage in OPEN_ORDER)


def _seller_needed(s: Situation) -> bool:
    return _seller_may_settle(s) or Matter.DATA in s.answers_for(s.seller)


def _not_done(s: Situation) -> bool:
    """The seller answered, but not by doing what was asked, or cannot be reached."""
    dealings = s.facts.dealings
    answered = dealings.reply in (SellerReply.REFUSED, SellerReply.DEDUCTION, *PUT_OFF)
    return bool(answered or dealings.unreachable)


def _beside_seller(s: Situation, channel: Channel) -> Due:
    """A channel that puts weight behind what was asked of the seller."""
    if not s.asked_seller:
        return Due(When.IF_NEEDED, "why_ask_seller_first")
    if _not_done(s) or s.delay_over:
        return Due(When.NOW, "why_seller_refused")
    if s.facts.dealings.reply is SellerReply.ACCEPTED:
        return Due(When.IF_NEEDED, "why_seller_accepted")
    days = s.knowledge.channels[channel].silence_days or 0
    opens_on = silence_over(s.requested_on, days) if s.requested_on else s.on
    if s.on >= opens_on:
        return Due(When.NOW, "why_seller_silent")
    return Due(When.LATER, "why_seller_silent_later", opens_on=opens_on)


def affiliate_service(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if not _seller_needed(s) or s.facts.dealings.unreachable:
        return
    yield s.seller, _of_seller(assessment)


def _of_seller(assessment: Assessment) -> Due:
    s = assessment.situation
    if not s.asked_seller:
        return Due(When.NOW, "why_ask_now", by=_withdraw_by(assessment))
    if _not_done(s):
        return Due(When.NOW, "why_follow_up_seller", by=_withdraw_by(assessment))
    accepted = s.facts.dealings.reply is SellerReply.ACCEPTED
    if s.delay_over and s.owed != ZERO:
        return Due(When.NOW, "why_seller_late" if accepted else "why_follow_up_seller")
    by = _seller_by(s)
    if by and s.on > by and not accepted:
        return Due(When.NOW, "why_follow_up_seller")
    why = "why_seller_accepted" if accepted else "why_waiting_for_seller"
    return Due(When.WAITING, why, by=_not_past(s, by))


def _withdraw_by(assessment: Assessment) -> date | None:
    if not assessment.finds("seven_day_withdrawal"):
        return None
    s = assessment.situation
    period = s.period("withdrawal_7d", s.facts.signals.delivered_on)
    if period is None:
        return None
    return _not_past(s, period.safe_on) or period.ends_on


def _seller_by(s: Situation) -> date | None:
    """Until when to wait for the seller: the fifteen days where money is owed, else practice."""
    name = "practice_awaiting_submission_3wd"
    if _seller_owes(s):
        period = s.refund_delay
    else:
        name = name if s.stage is Stage.AWAITING_SUBMISSION else "practice_submitted_7wd"
        period = s.period(name, s.requested_on)
    return period.ends_on if period else None


def affiliate_management(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if _seller_needed(s):
        yield s.seller, _beside_seller(s, C.AFFILIATE_MANAGEMENT)


def marketplace(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    through = s.seller is Party.MARKETPLACE_SELLER or s.facts.payment.payee is Payee.MARKETPLACE
    if not (through and _seller_may_settle(s)):
        return
    match s.facts.dealings.marketplace_reply:
        case MarketplaceReply.NONE | MarketplaceReply.SUPPORTED:
            yield Party.MARKETPLACE_SELLER, Due(When.WAITING, "why_already_filed")
        case MarketplaceReply.REJECTED:
            yield Party.MARKETPLACE_SELLER, Due(When.NOW, "why_seller_refused")
        case None:
            yield Party.MARKETPLACE_SELLER, _beside_seller(s, C.MARKETPLACE)


def payment_provider(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    account = _account_paid(s)
    if account is None or not _seller_owes(s):
        return
    if s.facts.payment.method is None:
        yield account, Due(When.IF_NEEDED, "why_method_unknown")
    elif s.facts.payment.method is PaymentMethod.PERSONAL_TRANSFER:
        yield account, replace(_beside_seller(s, C.PAYMENT_PROVIDER), why="why_transfer")
    else:
        yield account, _beside_seller(s, C.PAYMENT_PROVIDER)


def _account_paid(s: Situation) -> Party | None:
    """Whose account at a payment provider was paid; None when it was no such account."""
    payee, method = s.facts.payment.payee, s.facts.payment.method
    if payee is Payee.INDIVIDUAL:
        personal = (None, PaymentMethod.PERSONAL_TRANSFER)
        return Party.INDIVIDUAL if s.through_payment_provider or method in personal else None
    if not s.through_payment_provider:
        return Party.AFFILIATE if payee is Payee.AFFILIATE and method is None else None
    if payee is Payee.AFFILIATE:
        return Party.AFFILIATE
    return s.holders[0] if s.holders and Party.CARRIER not in s.holders else None


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


def regulator_respondent(assessment: Assessment) -> Party | None:
    """Whom a complaint to the market regulator is about, if there is a subject for one."""
    s = assessment.situation
    if s.trader is None:
        return None
    sellers = [p for p in s.holders if p not in (Party.CARRIER, Party.INDIVIDUAL)]
    if _seller_owes(s):
        return sellers[0] if sellers else s.trader
    subjects = (
        s.stage is Stage.AWAITING_SUBMISSION,
        assessment.finds("promise_binds"),
        assessment.finds("misleading_promotion"),
    )
    return s.trader if any(subjects) else None


def market_regulator_complaint(assessment: Assessment) -> Iterator[Proposed]:
    respondent = regulator_respondent(assessment)
    if respondent and regulator_shut(assessment, respondent) is None:
        yield respondent, _of_regulator(assessment.situation)


def regulator_shut(assessment: Assessment, respondent: Party) -> Shut | None:
    """Why the market regulator would refuse the complaint, if it would."""
    s, channel = assessment.situation, C.MARKET_REGULATOR_COMPLAINT
    if s.facts.consumer.business_use:
        return Shut(why="shut_regulator_business")
    filing = filing_by(s.facts, channel, respondent)
    if filing and not filing.open:
        return Shut(why="shut_regulator_done")
    return shut_by_filing(s.facts, respondent, but=channel, knowledge=s.knowledge)


def _of_regulator(s: Situation) -> Due:
    if not s.asked_seller and not s.facts.dealings.unreachable:
        return Due(When.IF_NEEDED, "why_regulator_if_needed")
    refused = s.facts.dealings.reply in (SellerReply.REFUSED, SellerReply.DEDUCTION)
    if refused or s.facts.dealings.unreachable or (s.delay_over and _seller_owes(s)):
        return Due(When.NOW, "why_regulator_now")
    period = s.refund_delay if _seller_owes(s) else None
    if period:
        return Due(When.LATER, "why_regulator_later", opens_on=period.escalate_on)
    return Due(When.IF_NEEDED, "why_regulator_if_needed")


REPORTED = (
    "false_advertisement",
    "misleading_promotion",
    "undisclosed_fee",
    "penalised_unfair_terms",
)


def market_regulator_report(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if s.trader and any(assessment.finds(ground) for ground in REPORTED):
        now = c.page_kept(s) and assessment.finds("false_advertisement")
        yield s.trader, Due(When.NOW if now else When.IF_NEEDED, "why_report")


def number_check(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    photos_gone = s.facts.consumer.uploaded_id_photos and s.facts.dealings.unreachable
    misused = s.activated_by_other or c.identity_misused(s)
    in_doubt = misused or s.facts.consumer.unknown_numbers or photos_gone
    if in_doubt and not c.number_check_shows_it(s):
        yield None, Due(When.NOW, "why_number_check")


def police(assessment: Assessment) -> Iterator[Proposed]:
    if assessment.finds("police_matters"):
        misused = c.identity_misused(assessment.situation)
        yield None, Due(When.NOW, "why_police_identity" if misused else "why_police_money")
    elif c.activated_by_somebody_else(assessment.situation):
        yield None, Due(When.IF_NEEDED, "why_police_if_needed")


def communications_administration(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    # As a report on real-name checks and agents, not as a dispute: so it does not shut a door.
    if c.identity_misused(s) or c.activated_by_somebody_else(s):
        yield Party.CARRIER, Due(When.IF_NEEDED, "why_administration")


PROPOSALS: Mapping[Channel, Proposal] = {
    C.NUMBER_CHECK: number_check,
    C.CARRIER_COMPLAINT: carrier_complaint,
    C.AFFILIATE_SERVICE: affiliate_service,
    C.MARKETPLACE: marketplace,
    C.PAYMENT_PROVIDER: payment_provider,
    C.AFFILIATE_MANAGEMENT: affiliate_management,
    C.TELECOM_ESCALATION: telecom_escalation,
    C.MARKET_REGULATOR_COMPLAINT: market_regulator_complaint,
    C.MARKET_REGULATOR_REPORT: market_regulator_report,
    C.POLICE: police,
    C.COMMUNICATIONS_ADMINISTRATION: communications_administration,
}
NOBODY = frozenset({C.NUMBER_CHECK, C.POLICE})
# Whose filings the facts of the case tell already (`assessment/filings.py`).
TOLD = frozenset({C.CARRIER_COMPLAINT, C.AFFILIATE_SERVICE})
PRIVATE = (
    frozenset(PROPOSALS)
    - DISPUTE_BODIES
    - NOBODY
    - {C.MARKET_REGULATOR_REPORT, C.CARRIER_COMPLAINT}
)
