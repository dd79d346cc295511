"""Who is on the other side: seller, platform and carrier, from the names that could be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cases.assessment.situation import ON_A_MARKETPLACE, Situation
from cases.facts import Carrier
from cases.vocabulary import CarrierName, Knownness, Link, Payee, Sign

# How the brands are written on cards, leaflets and as senders of messages. A carrier without a
# network of its own has as many brands as there are, so it has none here.
BRANDS: Mapping[CarrierName, tuple[str, ...]] = {
    CarrierName.CHINA_MOBILE: ("移动", "10086", "cmcc", "chinamobile"),
    CarrierName.CHINA_UNICOM: ("联通", "10010", "unicom", "chinaunicom"),
    CarrierName.CHINA_TELECOM: ("电信", "10000", "chinatelecom"),
    CarrierName.CHINA_BROADNET: ("广电", "10099", "broadnet"),
}
# Payees whose name on the bill may be the seller's.
SELLERS = (Payee.AFFILIATE, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One link of the chain. `name` is None where nothing tells it; `signs` say what told it."""

    role: Link
    name: str | None
    certainty: Knownness
    signs: tuple[Sign, ...]


def chain(s: Situation) -> tuple[Linked, ...]:
    """From the seller to the carrier. No platform where the order was not made on one; of a number
    that turned up the carrier only."""
    if s.trader is None:
        return (carrier(s),)
    channel = s.facts.order.sales_channel
    on_one = channel in ON_A_MARKETPLACE or s.facts.payment.payee is Payee.MARKETPLACE
    between = (platform(s),) if on_one or channel is None else ()
    return (seller(s), *between, carrier(s))


def company_to_verify(s: Situation) -> Linked | None:
    """The seller as bill or page name it, where its company is not known for sure; or None."""
    link = seller(s)
    told_by = link.signs[:1]
    seen = told_by in ((Sign.BILL_NAME,), (Sign.PAGE_COMPANY,))
    return link if seen and link.certainty is Knownness.PROBABLE else None


def seller(s: Situation) -> Linked:
    """The company that sold: by its licence, else by bill and page, else by whoever is named."""
    order, seen = s.facts.order, s.facts.opponent
    if order.seller_company:
        return _link(Link.SELLER, order.seller_company, Knownness.KNOWN, Sign.SELLER_COMPANY)
    billed, shown = bill_name_of_seller(s), seen.page_company
    if billed and shown and _same(billed, shown):
        return _link(Link.SELLER, billed, Knownness.KNOWN, Sign.BILL_NAME, Sign.PAGE_COMPANY)
    probable = (
        (billed, Sign.BILL_NAME),
        (shown, Sign.PAGE_COMPANY),
        (order.seller_name, Sign.SELLER_NAME),
        (seen.parcel_sender, Sign.PARCEL_SENDER),
    )
    return _first(Link.SELLER, probable)


def platform(s: Situation) -> Linked:
    """The marketplace, as named or as it stands on the bill."""
    order, seen = s.facts.order, s.facts.opponent
    if order.marketplace:
        return _link(Link.PLATFORM, order.marketplace, Knownness.KNOWN, Sign.MARKETPLACE)
    holds = s.facts.payment.payee is Payee.MARKETPLACE
    return _first(Link.PLATFORM, ((seen.bill_name if holds else None, Sign.BILL_NAME),))


def carrier(s: Situation) -> Linked:
    """The carrier's company, else its brand: as answered, or as card, messages or bill show."""
    facts, told = s.facts.carrier, brands(s)
    if facts.company:
        return _link(Link.CARRIER, facts.company, Knownness.KNOWN, Sign.CARRIER_COMPANY)
    if facts.name:
        agreed = all(name is facts.name for name in told.values())
        signs = tuple(sign for sign, name in told.items() if name is facts.name)
        certainty = Knownness.KNOWN if agreed else Knownness.PROBABLE
        return _link(Link.CARRIER, _of_province(s, facts), certainty, Sign.CARRIER_NAME, *signs)
    return _carrier_by_signs(s, told)


def _of_province(s: Situation, named: Carrier) -> str:
    name = s.label(named.name)
    if not named.province:
        return name
    return s.knowledge.phrase("carrier_of_province", name=name, province=named.province)


def bill_name_of_seller(s: Situation) -> str | None:
    """The payee on the bill, where it may be the seller: nobody else is known to hold the money."""
    return s.facts.opponent.bill_name if s.facts.payment.payee in SELLERS else None


def brands(s: Situation) -> Mapping[Sign, CarrierName]:
    """The carriers that the names seen speak of."""
    seen, payee = s.facts.opponent, s.facts.payment.payee
    texts = {
        Sign.CARD_BRAND: seen.card_brand,
        Sign.SMS_SENDER: seen.sms_sender,
        Sign.BILL_NAME: seen.bill_name if payee is Payee.CARRIER else None,
    }
    read = {sign: brand(text) for sign, text in texts.items() if text}
    return {sign: name for sign, name in read.items() if name}


def brand(text: str) -> CarrierName | None:
    """The one carrier a text names, or None: by its code, its words or its number."""
    plain = "".join(text.lower().split())
    if plain in set(CarrierName):
        return CarrierName(plain)
    named = [name for name, words in BRANDS.items() if any(_in(word, plain) for word in words)]
    return named[0] if len(named) == 1 else None


def _in(word: str, text: str) -> bool:
    """Whether a text has a word; a number does not count inside a longer one."""
    return bool(re.search(rf"(?<!\d){re.escape(word)}", text))


def _carrier_by_signs(s: Situation, told: Mapping[Sign, CarrierName]) -> Linked:
    names = set(told.values())
    if len(names) == 1:
        certainty = Knownness.KNOWN if len(told) > 1 else Knownness.PROBABLE
        return _link(Link.CARRIER, s.label(names.pop()), certainty, *told)
    if names:
        return _link(Link.CARRIER, None, Knownness.UNKNOWN, *told)
    return _first(Link.CARRIER, ((s.facts.opponent.card_brand, Sign.CARD_BRAND),))


def _first(role: Link, candidates: tuple[tuple[str | None, Sign], ...]) -> Linked:
    """The first name there is, as a probable one."""
    for name, sign in candidates:
        if name:
            return _link(role, name, Knownness.PROBABLE, sign)
    return _link(role, None, Knownness.UNKNOWN)


def _link(role: Link, name: str | None, certainty: Knownness, *signs: Sign) -> Linked:
    return Linked(role=role, name=name, certainty=certainty, signs=signs)


def _same(one: str, other: str) -> bool:
    """Whether two names are one, brackets and blanks apart."""
    plain = str.maketrans({"（": "(", "）": ")", " ": None})
    return one.translate(plain) == other.translate(plain)
