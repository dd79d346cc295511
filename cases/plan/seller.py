"""What to do with the seller, and beside it: management, marketplace, payment, public page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from cases.assessment import Assessment
from cases.assessment.situation import ZERO, Situation
from cases.assessment.wording import PUT_OFF
from cases.lanes import silence_over
from cases.plan.due import Due, Proposed, not_past
from cases.vocabulary import (
    Channel,
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


def seller_owes(s: Situation) -> bool:
    """Whether money may be with the seller; an unknown payee or sum may be."""
    sellers = [party for party in s.holders if party is not Party.CARRIER]
    return s.owed != ZERO and (bool(sellers) or s.facts.payment.payee is None)


def _seller_may_settle(s: Situation) -> bool:
    """Whether there is money or an order left for the seller to deal with."""
    return s.trader is not None and (seller_owes(s) or s.stage in OPEN_ORDER)


def _seller_needed(s: Situation) -> bool:
    return _seller_may_settle(s) or Matter.DATA in s.answers_for(s.seller)


def _not_done(s: Situation) -> bool:
    """The seller answered, but not by doing what was asked, or cannot be reached."""
    dealings = s.facts.dealings
    answered = dealings.reply in (SellerReply.REFUSED, SellerReply.DEDUCTION, *PUT_OFF)
    return bool(answered or dealings.unreachable)


def settlement_failed(s: Situation) -> bool:
    """Whether asking the seller led to nothing: refused, cut down, out of reach, or overdue."""
    dealings = s.facts.dealings
    if not s.asked_seller and not dealings.unreachable:
        return False
    refused = dealings.reply in (SellerReply.REFUSED, SellerReply.DEDUCTION)
    overdue = s.delay_over and seller_owes(s)
    return bool(refused or dealings.unreachable or overdue)


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
    return Due(When.WAITING, why, by=not_past(s, by))


def _withdraw_by(assessment: Assessment) -> date | None:
    if not assessment.finds("seven_day_withdrawal"):
        return None
    s = assessment.situation
    period = s.period("withdrawal_7d", s.facts.signals.delivered_on)
    if period is None:
        return None
    return not_past(s, period.safe_on) or period.ends_on


def _seller_by(s: Situation) -> date | None:
    """Until when to wait for the seller: the fifteen days where money is owed, else practice."""
    name = "practice_awaiting_submission_3wd"
    if seller_owes(s):
        period = s.refund_delay
    else:
        name = name if s.stage is Stage.AWAITING_SUBMISSION else "practice_submitted_7wd"
        period = s.period(name, s.requested_on)
    return period.ends_on if period else None


def affiliate_management(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    # A private person has no company above them.
    if _seller_needed(s) and not s.private_seller:
        yield s.seller, _beside_seller(s, C.AFFILIATE_MANAGEMENT)


def marketplace(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    through = s.seller is Party.MARKETPLACE_SELLER or s.facts.payment.payee is Payee.MARKETPLACE
    if not (through and _seller_may_settle(s)):
        return
    match s.facts.dealings.marketplace_reply:
        case MarketplaceReply.NONE | MarketplaceReply.SUPPORTED:
            yield Party.MARKETPLACE_SELLER, Due(When.WAITING, "why_filed_beside")
        case MarketplaceReply.REJECTED:
            yield Party.MARKETPLACE_SELLER, Due(When.NOW, "why_seller_refused")
        case None:
            yield Party.MARKETPLACE_SELLER, _beside_seller(s, C.MARKETPLACE)


def heimao(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if _seller_may_settle(s) and settlement_failed(s):
        yield s.seller, Due(When.IF_NEEDED, "why_heimao")


def payment_provider(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    account = _account_paid(s)
    if account is None or not seller_owes(s):
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
