"""What the people of the demonstration can tell: facts that go together, as of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from cases import vocabulary as v
from cases.demonstration import names
from cases.demonstration.names import Shop
from cases.wizard.forms.order import MINE, NOT_MINE, ON_A_MARKETPLACE

Facts = dict[str, Any]
AMOUNTS = ("9.90", "19.90", "29.00", "39.00", "59.00", "68.00", "99.00", "100.00", "199.00")
CARRIERS = (
    *(v.CarrierName.CHINA_UNICOM,) * 8,
    *(v.CarrierName.CHINA_TELECOM,) * 6,
    *(v.CarrierName.CHINA_MOBILE,) * 5,
    *(v.CarrierName.CHINA_BROADNET,) * 2,
    v.CarrierName.MVNO,
)
PAYEES = {
    v.SalesChannel.AFFILIATE_SITE: v.Payee.AFFILIATE,
    v.SalesChannel.MINI_PROGRAM: v.Payee.AFFILIATE,
    v.SalesChannel.SOCIAL_CHAT: v.Payee.INDIVIDUAL,
    v.SalesChannel.STREET_PROMOTION: v.Payee.CARRIER,
}
METHODS = {
    v.Payee.MARKETPLACE: v.PaymentMethod.MARKETPLACE_ORDER,
    v.Payee.AFFILIATE: v.PaymentMethod.MERCHANT_WECHAT,
    v.Payee.INDIVIDUAL: v.PaymentMethod.PERSONAL_TRANSFER,
    v.Payee.CARRIER: v.PaymentMethod.CARRIER_PAGE,
}


def told(rng: Random, number: int, *, on: date) -> Facts:
    """What the person of case `number` can tell on that day."""
    asked, carrier = rng.randint(0, 6), rng.choice(CARRIERS)
    facts = {
        **_person(rng, number),
        "carrier__name": carrier,
        "evidence": rng.sample([v.EvidenceKind.ORDER_PAGE, v.EvidenceKind.CHAT], rng.randint(0, 2)),
    }
    kind = rng.choices((*STAGES, _strange_number), weights=(4, 7, 9, 6, 3, 2))[0]
    if kind is _strange_number:
        return facts | _strange_number(rng, on, asked)
    shop = rng.choices(names.SHOPS, weights=range(len(names.SHOPS), 0, -1))[0]
    ordered = asked + rng.randint(1, 25)
    bought = _order(rng, shop, number, ago(on, ordered))
    return facts | bought | _dealings(rng, on, asked) | kind(rng, on, min(ordered, asked + 1))


def told_later(rng: Random, before: Facts, *, on: date) -> Facts:
    """The same person some time after: the carrier was asked as well, and has not helped."""
    return before | {
        "carrier__complained": True,
        "carrier__complained_on": ago(on, 4),
        "carrier__ticket": names.TICKET.format(number=rng.randint(1, 99999)),
        "carrier__reply": v.CarrierReply.SENT_TO_AGENT,
        "carrier__replied_on": ago(on, 2),
    }


def ago(on: date, days: int) -> str:
    """A day before that one, as JSON writes it."""
    return (on - timedelta(days=days)).isoformat()


def _person(rng: Random, number: int) -> Facts:
    facts: Facts = {
        "order__placed_by_me": MINE,
        "consumer__business_use": rng.random() < 0.02,
        "consumer__uploaded_id_photos": rng.random() < 0.4,
        "consumer__minor": rng.random() < 0.04,
        "consumer__age": rng.randint(13, 17),
        "payment__payer": v.Payer.GUARDIAN,
        "consumer__has_other_service": False,
    }
    if rng.random() < 0.6:
        facts["consumer__name"] = rng.choice(names.PEOPLE)
        facts["consumer__phone"] = names.PHONE.format(number=number)
    if rng.random() < 0.3:
        facts["consumer__address"] = names.ADDRESS.format(number=number)
    return facts


def _order(rng: Random, shop: Shop, number: int, placed_on: str) -> Facts:
    payee = PAYEES.get(shop.channel, v.Payee.MARKETPLACE)
    beside = shop.channel in ON_A_MARKETPLACE and rng.random() < 0.15
    payee = v.Payee.AFFILIATE if beside else payee
    payee = v.Payee.NOBODY if rng.random() < 0.08 else payee
    # Of two orders with one number the second is marked; now and then that happens.
    order = names.ORDER.format(number=number - (rng.random() < 0.05))
    return {
        "order__sales_channel": shop.channel,
        "order__marketplace": shop.place,
        "order__livestream_seller_named": rng.random() < 0.5,
        "order__seller_name": shop.name + rng.choice(("", "", f" {shop.host}")),
        "order__seller_company": shop.company if rng.random() < 0.4 else None,
        "opponent__bill_name": shop.payee if rng.random() < 0.3 else None,
        "order__placed_on": placed_on,
        "order__card_kind": v.CardKind.IOT if rng.random() < 0.06 else v.CardKind.PERSONAL,
        "order__number": order if rng.random() < 0.7 else None,
        "order__tariff": rng.choice(names.TARIFFS),
        "payment__payee": payee,
        "payment__method": METHODS.get(payee),
        "payment__amount": rng.choice(AMOUNTS),
        "payment__paid_on": placed_on,
        "payment__first_top_up": rng.choice(("0", "50.00", "100.00")),
        "payment__asked_off_platform": beside,
        "return_button": False,
        "terms__no_refund_clause": rng.choice((True, False, None)),
        "terms__clause_prominent": False,
        "terms__refund_rules_shown": rng.choice((True, False)),
        "terms__exclusion_confirmed": rng.choice((True, False, None)),
        "terms__promises": rng.choice(([], [v.Promise.UNACTIVATED_REFUND], [v.Promise.SEVEN_DAY])),
        "terms__misleading": rng.choice(([], [v.MisleadingPoint.TARIFF_PRICE])),
    }


def _dealings(rng: Random, on: date, asked: int) -> Facts:
    """The seller was asked so many days ago, on the day itself only just now."""
    reply = rng.choice(list(v.SellerReply)) if asked else v.SellerReply.NONE
    complained = rng.random() < 0.4
    return {
        "dealings__unreachable": rng.random() < 0.1,
        "dealings__requested": asked > 0,
        "dealings__requested_at": ago(on, asked),
        "dealings__official_channel": rng.random() < 0.7,
        "dealings__reply": reply,
        "dealings__replied_on": ago(on, max(asked - 1, 0)),
        "dealings__reasons": [rng.choice(list(v.RefusalReason))],
        "dealings__promised_on": ago(on, -rng.randint(3, 14)),
        "dealings__marketplace_reply": rng.choice(list(v.MarketplaceReply)),
        "payment__refunded": "0",
        "payment__deduction": "10.00",
        "payment__deduction_disclosed": False,
        "carrier__complained": complained,
        "carrier__complained_on": ago(on, asked),
        "carrier__reply": rng.choice(list(v.CarrierReply)) if complained else None,
        "carrier__replied_on": ago(on, max(asked - 1, 0)),
        "filed_where": [],
    }


def _awaiting(rng: Random, on: date, days: int) -> Facts:
    return {
        "signals__seller_page": v.SellerPage.AWAITING_SUBMISSION,
        "signals__carrier_record": rng.choice((v.CarrierRecord.NO_ORDER, None)),
        "signals__parcel": v.Parcel.NOT_SENT,
        **_signs(number_shown=False),
    }


def _submitted(rng: Random, on: date, days: int) -> Facts:
    return {
        "signals__seller_page": v.SellerPage.SUBMITTED,
        "signals__carrier_record": rng.choice((v.CarrierRecord.ORDER_SEEN, None)),
        "signals__parcel": v.Parcel.NOT_SENT,
        **_signs(number_shown=rng.random() < 0.5),
    }


def _provisioned(rng: Random, on: date, days: int) -> Facts:
    parcel = rng.choice((v.Parcel.IN_TRANSIT, v.Parcel.DELIVERED, v.Parcel.REFUSED))
    records = (v.CarrierRecord.NUMBER_RESERVED, v.CarrierRecord.AWAITING_ACTIVATION)
    return {
        "signals__seller_page": v.SellerPage.SHIPPED,
        "signals__carrier_record": rng.choice(records),
        "signals__parcel": parcel,
        "signals__delivered_on": ago(on, days),
        **_signs(number_shown=True),
    }


def _activated(rng: Random, on: date, days: int) -> Facts:
    used = rng.random() < 0.4
    by = (v.ActivatedBy.ME, v.ActivatedBy.COURIER_WITH_ME, v.ActivatedBy.SOMEONE_ELSE)
    return {
        "signals__seller_page": v.SellerPage.ACTIVATED,
        "signals__carrier_record": v.CarrierRecord.ACTIVE,
        "signals__parcel": v.Parcel.DELIVERED,
        "signals__delivered_on": ago(on, days),
        **_signs(number_shown=True, active=True),
        "signals__used": used,
        "signals__consumed": "3.20",
        "activation__by": rng.choice(by),
        "activation__at": ago(on, days),
        "order__minimum_term": rng.random() < 0.4,
        "terms__written_agreement": rng.random() < 0.5,
        "terms__penalty_prominent": False,
        "disputed_charge": rng.random() < 0.3,
        "carrier__fee_event_on": ago(on, 0),
    }


def _closed(rng: Random, on: date, days: int) -> Facts:
    return {
        "signals__seller_page": v.SellerPage.CLOSED,
        "signals__carrier_record": v.CarrierRecord.CANCELLED,
        "signals__parcel": v.Parcel.RETURNED,
        "signals__returned_on": ago(on, days),
        **_signs(number_shown=True),
    }


def _strange_number(rng: Random, on: date, days: int) -> Facts:
    return {
        "order__placed_by_me": NOT_MINE,
        "signals__carrier_record": v.CarrierRecord.ACTIVE,
        "consumer__unknown_numbers": rng.randint(1, 3),
        "evidence": [v.EvidenceKind.NUMBER_CHECK_SMS],
        "activation__by": None,
        "activation__at": None,
        "carrier__complained": True,
        "carrier__complained_on": ago(on, days),
        "carrier__reply": v.CarrierReply.UNSATISFACTORY,
        "carrier__replied_on": ago(on, 0),
        "filed_where": [],
    }


def _signs(*, number_shown: bool, active: bool = False) -> Facts:
    return {
        "signals__number_shown": number_shown,
        "signals__activation_notice": active,
        "signals__service_works": active,
        "signals__used": False,
    }


STAGES: tuple[Callable[[Random, date, int], Facts], ...] = (
    _awaiting,
    _submitted,
    _provisioned,
    _activated,
    _closed,
)
