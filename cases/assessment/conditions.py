"""The facts that grounds rest on, one function each: holds, does not hold, or not known.

Each has its sentence under the same name in `knowledge/conditions.toml`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.assessment.situation import ON_A_MARKETPLACE, OWN_HAND, ZERO, Situation
from cases.assessment.weighing import both, either, negated
from cases.assessment.wording import PUT_OFF
from cases.facts import day_of
from cases.lanes import DISPUTE_BODIES, REFUSALS, Door
from cases.vocabulary import (
    ActivatedBy,
    Certainty,
    Channel,
    EvidenceKind,
    MarketplaceReply,
    MisleadingPoint,
    Parcel,
    Party,
    Payee,
    Promise,
    RefusalReason,
    SalesChannel,
    SellerReply,
    Stage,
)

BEFORE_ACTIVATION = frozenset({Stage.AWAITING_SUBMISSION, Stage.SUBMITTED, Stage.PROVISIONED})
BEFORE_PROVISIONING = frozenset({Stage.AWAITING_SUBMISSION, Stage.SUBMITTED})
IN_CARRIER_HANDS = frozenset({Stage.SUBMITTED, Stage.PROVISIONED, Stage.ACTIVATED, Stage.NOT_MINE})
HIDDEN_BARS = (RefusalReason.ALREADY_SUBMITTED, RefusalReason.NUMBER_RESERVED)
CLAUSE_REASONS = (
    *HIDDEN_BARS,
    RefusalReason.NO_REFUND_CLAUSE,
    RefusalReason.SPECIAL_GOODS,
)
LIMITS = frozenset({MisleadingPoint.PROMO_PERIOD, MisleadingPoint.DIRECTED_DATA})
RECORDS_OF_ORDER = frozenset({EvidenceKind.ORDER_PAGE, EvidenceKind.AGREEMENT})
ELECTRONIC = frozenset(
    {
        EvidenceKind.ORDER_PAGE,
        EvidenceKind.PROMOTION_PAGE,
        EvidenceKind.CHAT,
        EvidenceKind.PAYMENT_RECORD,
        EvidenceKind.ACTIVATION_SMS,
        EvidenceKind.NUMBER_CHECK_SMS,
    }
)
# Clocks differ: within a day of each other, which of two events came first is not said.
ONE_DAY = timedelta(days=1)


# Stage


def not_activated(s: Situation) -> bool:
    return s.stage in BEFORE_ACTIVATION


def before_provisioning(s: Situation) -> bool:
    return s.stage in BEFORE_PROVISIONING


def awaiting_submission(s: Situation) -> bool:
    return s.stage is Stage.AWAITING_SUBMISSION


def submitted(s: Situation) -> bool:
    return s.stage is Stage.SUBMITTED


def perhaps_submitted(s: Situation) -> bool:
    """Treated as submitted, because nothing is known of the order."""
    return submitted(s) and not stage_known(s)


def activated(s: Situation) -> bool:
    return s.stage is Stage.ACTIVATED


def card_issued(s: Situation) -> bool:
    return s.stage in (Stage.PROVISIONED, Stage.ACTIVATED)


def not_mine(s: Situation) -> bool:
    return s.stage is Stage.NOT_MINE


def in_carrier_hands(s: Situation) -> bool:
    return s.stage in IN_CARRIER_HANDS or bool(s.balance)


def stage_known(s: Situation) -> bool:
    return s.stage_found.certainty is not Certainty.ASSUMED


# Order and card


def sold_online(s: Situation) -> bool | None:
    channel = s.facts.order.sales_channel
    return None if channel is None else channel is not SalesChannel.STREET_PROMOTION


def on_a_marketplace(s: Situation) -> bool | None:
    channel = s.facts.order.sales_channel
    return None if channel is None else channel in ON_A_MARKETPLACE


def by_livestream(s: Situation) -> bool | None:
    channel = s.facts.order.sales_channel
    return None if channel is None else channel is SalesChannel.LIVESTREAM


def agent_took_order(s: Situation) -> bool | None:
    order, payee = s.facts.order, s.facts.payment.payee
    if order.placed_by_me is False:
        return False
    known = order.sales_channel or payee in (Payee.AFFILIATE, Payee.MARKETPLACE, Payee.INDIVIDUAL)
    return True if known else None


def personal_card(s: Situation) -> bool:
    return not s.iot


def iot_card(s: Situation) -> bool | None:
    return None if s.facts.order.card_kind is None else s.iot


def seller_unidentified(s: Situation) -> bool:
    return seller_unreachable(s) or company_unknown(s) or carrier_unnamed(s)


def seller_unreachable(s: Situation) -> bool:
    return bool(s.facts.dealings.unreachable)


def seller_reachable(s: Situation) -> bool:
    return not s.facts.dealings.unreachable


def company_unknown(s: Situation) -> bool:
    return s.facts.order.seller_company is None


def carrier_unnamed(s: Situation) -> bool:
    return s.facts.carrier.name is None


def livestream_seller_hidden(s: Situation) -> bool | None:
    return negated(s.facts.order.livestream_seller_named)


def page_says_agency(s: Situation) -> bool | None:
    return s.facts.order.page_says_agency


def open_ended(s: Situation) -> bool | None:
    return negated(s.facts.order.minimum_term)


# Money


def money_owed(s: Situation) -> bool | None:
    return None if s.owed is None else s.owed > ZERO


def seller_holds_money(s: Situation) -> bool | None:
    if s.facts.payment.payee is None and s.paid is None:
        return None
    return bool(s.holders) and Party.CARRIER not in s.holders


def delivered(s: Situation) -> bool | None:
    parcel = s.facts.signals.parcel
    return None if parcel is None else parcel is Parcel.DELIVERED


def within_seven_days(s: Situation) -> bool | None:
    period = s.period("withdrawal_7d", s.facts.signals.delivered_on)
    return None if period is None else s.on <= period.ends_on


def deducted(s: Situation) -> bool:
    payment = s.facts.payment
    return s.facts.dealings.reply is SellerReply.DEDUCTION or bool(payment.deduction)


def deduction_undisclosed(s: Situation) -> bool | None:
    return negated(s.facts.payment.deduction_disclosed)


def fee_hidden(s: Situation) -> bool | None:
    misleading = s.facts.terms.misleading or ()
    hidden = {MisleadingPoint.FREE_CLAIM, MisleadingPoint.TARIFF_PRICE} & set(misleading)
    return either(bool(hidden), both(deducted(s), deduction_undisclosed(s)))


def first_top_up_unused(s: Situation) -> bool | None:
    signals, top_up = s.facts.signals, s.facts.payment.first_top_up
    if not top_up or not s.balance:
        return False
    if s.stage is not Stage.ACTIVATED or signals.used is False:
        return True
    return None if signals.consumed is None else signals.consumed < top_up


def asked_off_platform(s: Situation) -> bool | None:
    return s.facts.payment.asked_off_platform


def individual_vanished(s: Situation) -> bool:
    paid_individual = s.facts.payment.payee is Payee.INDIVIDUAL
    return paid_individual and bool(s.facts.dealings.unreachable) and s.owed != ZERO


# What was promised, shown, claimed


def promise_applies(s: Situation) -> bool | None:
    promises = s.facts.terms.promises
    if promises is None:
        return None
    closed_with_money = s.stage is Stage.CLOSED and money_owed(s)
    return bool(promises) and any(_applies(s, promise) or closed_with_money for promise in promises)


def _applies(s: Situation, promise: Promise) -> bool:
    match promise:
        case Promise.BEFORE_PROVISIONING_REFUND:
            return before_provisioning(s)
        case Promise.SEVEN_DAY:
            return _never_by_person(s) and within_seven_days(s) is not False
        case Promise.UNACTIVATED_REFUND | Promise.FREE_CANCELLATION:
            return _never_by_person(s)


def _never_by_person(s: Situation) -> bool:
    """Not activated, or by somebody else after the person had asked to cancel."""
    taken_over = bool(activated_by_somebody_else(s)) and activated_after_request(s)
    return not_activated(s) or taken_over


def rules_not_shown(s: Situation) -> bool | None:
    return negated(s.facts.terms.refund_rules_shown)


def something_hidden(s: Situation) -> bool | None:
    undisclosed = both(deducted(s), deduction_undisclosed(s))
    return either(rules_not_shown(s), undisclosed, bool(s.facts.terms.misleading))


def bar_given(s: Situation) -> bool:
    return any(reason in HIDDEN_BARS for reason in s.facts.dealings.reasons or ())


def bar_not_announced(s: Situation) -> bool | None:
    return rules_not_shown(s)


def clause_bars_refund(s: Situation) -> bool | None:
    reasons = s.facts.dealings.reasons or ()
    given = RefusalReason.NO_REFUND_CLAUSE in reasons
    return either(given, s.facts.terms.no_refund_clause)


def clause_not_prominent(s: Situation) -> bool | None:
    return negated(s.facts.terms.clause_prominent)


def clause_reason_given(s: Situation) -> bool:
    return any(reason in CLAUSE_REASONS for reason in s.facts.dealings.reasons or ())


def reason_not_announced(s: Situation) -> bool | None:
    return rules_not_shown(s)


def term_claimed(s: Situation) -> bool | None:
    reasons = s.facts.dealings.reasons or ()
    return either(s.facts.order.minimum_term, RefusalReason.MINIMUM_TERM in reasons)


def penalty_not_prominent(s: Situation) -> bool | None:
    return negated(s.facts.terms.penalty_prominent)


def exclusion_not_confirmed(s: Situation) -> bool | None:
    return negated(s.facts.terms.exclusion_confirmed)


def page_misled(s: Situation) -> bool | None:
    misleading = s.facts.terms.misleading
    return None if misleading is None else bool(misleading)


def page_kept(s: Situation) -> bool:
    return EvidenceKind.PROMOTION_PAGE in (s.facts.evidence or ())


def limits_hidden(s: Situation) -> bool:
    return bool(LIMITS & set(s.facts.terms.misleading or ()))


def carrier_logo_used(s: Situation) -> bool:
    return MisleadingPoint.CARRIER_LOGO in (s.facts.terms.misleading or ())


# Asked and answered


def asked_before_today(s: Situation) -> bool | None:
    if not s.asked_seller:
        return False
    if s.facts.dealings.unreachable or s.facts.dealings.reply in PUT_OFF:
        return True
    return None if s.requested_on is None else s.requested_on < s.on


def unanswered(s: Situation) -> bool | None:
    dealings = s.facts.dealings
    if dealings.reply is None:
        return dealings.unreachable or None
    return dealings.reply in (SellerReply.NONE, *PUT_OFF)


def put_off_upstream(s: Situation) -> bool:
    dealings = s.facts.dealings
    return dealings.reply in PUT_OFF or any(r in HIDDEN_BARS for r in dealings.reasons or ())


def refused_or_delayed(s: Situation) -> bool | None:
    if Party.CARRIER in s.holders:
        return either(s.facts.carrier.reply in REFUSALS, s.delay_over)
    reply = s.facts.dealings.reply
    refused = s.refused_by_holder or reply is SellerReply.DEDUCTION or reply in PUT_OFF
    return either(refused, s.delay_over)


def refused_or_fifteen_days_over(s: Situation) -> bool | None:
    return either(s.refused_by_holder, s.delay_over)


def escalation_open(s: Situation) -> bool:
    return isinstance(s.escalation, Door)


def carrier_refused(s: Situation) -> bool | None:
    reply = s.facts.carrier.reply
    if reply is None:
        return None if s.complained_to_carrier else False
    return reply in REFUSALS


def marketplace_did_not_help(s: Situation) -> bool | None:
    return either(marketplace_rejected(s), bool(s.facts.dealings.unreachable))


def marketplace_rejected(s: Situation) -> bool:
    return s.facts.dealings.marketplace_reply is MarketplaceReply.REJECTED


def seller_disputes(s: Situation) -> bool:
    dealings = s.facts.dealings
    answers = (SellerReply.REFUSED, SellerReply.DEDUCTION, *PUT_OFF)
    return bool(dealings.unreachable) or dealings.reply in answers


def records_missing(s: Situation) -> bool | None:
    kept = s.facts.evidence
    return None if kept is None else not set(kept) >= RECORDS_OF_ORDER


def electronic_records_kept(s: Situation) -> bool:
    return bool(ELECTRONIC & set(s.facts.evidence or ()))


# Which body may hear it


def regulator_may_mediate(s: Situation) -> bool:
    """A seller who owes money and was asked for it, or a complaint already made."""
    if any(f.channel is Channel.MARKET_REGULATOR_COMPLAINT and f.open for f in s.facts.filings):
        return True
    raised = s.asked_seller or bool(s.facts.dealings.unreachable)
    consumer = s.trader is not None and not s.facts.consumer.business_use
    return consumer and raised and bool(seller_holds_money(s) and money_owed(s))


def two_bodies_in_question(s: Situation) -> bool:
    filed = any(filing.channel in DISPUTE_BODIES for filing in s.facts.filings)
    return filed or (regulator_may_mediate(s) and escalation_open(s))


# Person and number


def activated_by_somebody_else(s: Situation) -> bool | None:
    by = s.facts.activation.by
    if s.stage is not Stage.ACTIVATED:
        return False
    return None if by is None else by is ActivatedBy.SOMEONE_ELSE


def activated_early(s: Situation) -> bool:
    """`domain.md` D1f: in service before it was ordered, and not by the person's own hand."""
    at, placed_on = s.facts.activation.at, s.facts.order.placed_on
    before = bool(at and placed_on and day_of(at) < placed_on)
    return before and s.facts.activation.by not in OWN_HAND and s.stage is Stage.ACTIVATED


def _activated_without_the_card(s: Situation) -> bool:
    """`domain.md` D1e: somebody else activated, not after a request, and no card ever came."""
    never_came = s.facts.signals.parcel not in (None, Parcel.DELIVERED)
    later = activated_after_request(s) or activated_near_request(s)
    return bool(activated_by_somebody_else(s)) and never_came and not later


def activated_after_request(s: Situation) -> bool:
    gap = _from_request_to_activation(s)
    return gap is not None and gap > ONE_DAY


def activated_near_request(s: Situation) -> bool:
    gap = _from_request_to_activation(s)
    return gap is not None and abs(gap) <= ONE_DAY


def activated_before_request(s: Situation) -> bool:
    """Before it, or with none made so far: then on whatever day it was."""
    gap = _from_request_to_activation(s)
    if gap is None:
        return not s.asked_seller
    return gap < -ONE_DAY


def _from_request_to_activation(s: Situation) -> timedelta | None:
    """Negative when activated first; to the minute where both times are known, else in days."""
    at, asked = s.facts.activation.at, s.facts.dealings.requested_at
    if at is None or asked is None:
        return None
    if isinstance(at, datetime) and isinstance(asked, datetime):
        return at - asked
    return day_of(at) - day_of(asked)


def identity_misused(s: Situation) -> bool:
    return not_mine(s) or activated_early(s) or _activated_without_the_card(s)


def data_turned_up(s: Situation) -> bool:
    return bool(s.facts.consumer.unknown_numbers) or identity_misused(s)


def number_check_shows_it(s: Situation) -> bool:
    return EvidenceKind.NUMBER_CHECK_SMS in (s.facts.evidence or ())


def iot_seller_vanished(s: Situation) -> bool:
    return s.iot and bool(s.facts.dealings.unreachable) and s.outstanding != ZERO


def minor(s: Situation) -> bool | None:
    return s.facts.consumer.minor


def under_eight(s: Situation) -> bool:
    age = s.facts.consumer.age
    return bool(s.facts.consumer.minor) and age is not None and age < 8


def not_minor(s: Situation) -> bool:
    return not s.facts.consumer.minor


def id_photos_uploaded(s: Situation) -> bool | None:
    return s.facts.consumer.uploaded_id_photos


def order_over(s: Situation) -> bool:
    return s.stage is Stage.CLOSED


def no_other_service(s: Situation) -> bool | None:
    return negated(s.facts.consumer.has_other_service)


def top_up_within_seven_days(s: Situation) -> bool | None:
    period = s.period("prepayment_7d", s.facts.payment.paid_on)
    return None if period is None else s.on <= period.ends_on


def first_top_up_paid(s: Situation) -> bool | None:
    top_up = s.facts.payment.first_top_up
    return None if top_up is None else top_up > ZERO
