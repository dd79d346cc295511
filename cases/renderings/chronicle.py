"""The facts of a case as lines of a letter: the order, what happened when, where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from cases.assessment import opponent
from cases.assessment.conditions import under_eight
from cases.assessment.situation import ZERO, Situation
from cases.assessment.wording import yuan
from cases.facts import day_of
from cases.renderings.text import capped
from cases.vocabulary import (
    ActivatedBy,
    CarrierReply,
    Certainty,
    Knownness,
    MarketplaceReply,
    Parcel,
    Party,
    Payee,
    SalesChannel,
    SellerReply,
    Stage,
)

# As long as the wizard lets a text be, and as long as a name may be where room is short.
LONGEST, SHORTENED = 200, 24
# What a short letter can do without, the least needed first.
DISPENSABLE = (
    "line_tariff",
    "event_delivered",
    "event_returned",
    "line_off_platform",
    "event_fee",
    "event_deduction",
    "event_promised",
)
# What passed between the person and the carrier, or the seller: a letter about the other of the
# two can do without.
WITH_CARRIER = ("line_top_up", "standing_carrier_", "event_carrier_", "event_complained")
WITH_SELLER = ("event_seller_", "standing_seller_", "standing_unreachable", "event_requested")
# What speaks against the person, where the order stands and who said what: given up after all else.
LAST = (
    "event_activated_me",
    "event_activated_courier_with_me",
    "standing_",
    "event_seller_",
    "event_carrier_",
    "event_complained",
)
BEFORE_A_NUMBER = (Stage.AWAITING_SUBMISSION, Stage.SUBMITTED)
# What is left to be filled in, as phrases.toml writes it.
BLANK = re.compile("【[^】]*】")

# What a blank asks for, and the question of the wizard that asked for it.
QUESTIONS: Mapping[str, str] = {
    "placed_on": "order__placed_on",
    "requested_on": "dealings__requested_at",
    "complained_on": "carrier__complained_on",
}
# What begins an exchange: known by its month only, it stands before the days of that month.
ASKED = ("dealings__requested_at", "carrier__complained_on")
# `{question: YYYY-MM}`, where the month of a day is known and the day is not.
Months = Mapping[str, str]
NO_MONTHS: Months = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a letter and the name of the phrase that it comes from."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `question` is the one of the wizard that asks for its day."""

    day: date | None
    question: str
    line: Line


def texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]


def by_need(lines: Iterable[Line], about: Party | None) -> list[Line]:
    """The lines that a short letter about a party can do without, the least needed first."""
    others = WITH_SELLER if about is Party.CARRIER else WITH_CARRIER
    return _that_start(lines, (*DISPENSABLE, *others))


def given_up_last(lines: Iterable[Line]) -> list[Line]:
    """The lines that only a letter still too long does without, in that order."""
    return _that_start(lines, LAST)


def _that_start(lines: Iterable[Line], starts: tuple[str, ...]) -> list[Line]:
    kept = list(lines)
    return [line for start in starts for line in kept if line.name.startswith(start)]


class Chronicle:
    """Lines told by `me`; the party a letter is `about` is called `them`.

    What is not known is a blank to fill in, never an invention. `longest` is how many characters
    of a typed text are kept; `months` are those of days that are not known.
    """

    def __init__(
        self,
        situation: Situation,
        *,
        me: str,
        them: str = "",
        about: Party | None = None,
        longest: int = LONGEST,
        months: Months = NO_MONTHS,
    ) -> None:
        self.months = months
        self.longest = longest
        self.s = situation
        self.facts = situation.facts
        self.me = me
        with_carrier = about is Party.CARRIER
        with_seller = about in (situation.seller, *situation.holders) and not with_carrier
        self.addressed_to_seller = with_seller
        self.names = {
            "me": me,
            "user": situation.knowledge.phrase("the_child") if self.facts.consumer.minor else me,
            "seller": them if with_seller else situation.knowledge.phrase("the_seller"),
            "carrier": them if with_carrier else situation.knowledge.phrase("the_carrier"),
        }

    def say(self, name: str, /, **values: object) -> str:
        return self.s.knowledge.phrase(name, **self.names, **values)

    def line(self, name: str, /, **values: object) -> Line:
        return Line(name, self.say(name, **values))

    def blank(self, what: str) -> str:
        return self.say("blank", what=self.s.knowledge.phrase(f"blank_{what}"))

    def text(self, value: str | None, what: str) -> str:
        """A typed text on one line and without braces, or a blank."""
        return plain(value, self.longest) if value else self.blank(what)

    def day(self, value: date | None, what: str) -> str:
        return long_day(value) if value else self.month(what) or self.blank(what)

    def month(self, what: str) -> str:
        """The month of a day that is not known: 2026年10月; or ""."""
        return self._month(QUESTIONS.get(what, ""))

    def _month(self, question: str) -> str:
        month = self.months.get(question)
        return f"{month[:4]}年{int(month[5:])}月" if month else ""

    def sum(self, value: Decimal | None, what: str = "amount") -> str:
        return yuan(value) if value is not None else self.blank(what)

    @property
    def seller(self) -> str:
        """The seller as it calls itself, else as bill or page name it."""
        order = self.facts.order
        named = order.seller_company or order.seller_name
        return self.text(named, "seller") if named else self.seller_to_address

    @property
    def seller_to_address(self) -> str:
        """Whom to write to: the company, if need be the one to be verified, else what it is
        called."""
        seen = opponent.company_to_verify(self.s)
        if seen and seen.name:
            name = plain(seen.name, self.longest)
            short = self.longest < LONGEST
            return self.say("seen_in_short" if short else f"seen_on_{seen.signs[0]}", name=name)
        link, order = opponent.seller(self.s), self.facts.order
        known = link.name if link.certainty is Knownness.KNOWN else order.seller_name
        return self.text(known, "seller")

    @property
    def carrier(self) -> str:
        carrier = self.facts.carrier
        if carrier.company:
            return plain(carrier.company, self.longest)
        named = carrier.name and self.s.label(carrier.name)
        province = plain(carrier.province, self.longest) if carrier.province else ""
        if named and province:
            return self.say("carrier_of_province", name=named, province=province)
        return named or self.blank("carrier")

    @property
    def number(self) -> str:
        """The number is never asked for: a blank, or that none was seen yet."""
        if self.facts.signals.number_shown is False and self.s.stage in BEFORE_A_NUMBER:
            return self.say("no_number")
        return self.blank("number")

    @property
    def signer(self) -> str:
        """Who signs: the person, or for a minor the guardian (`domain.md` D7)."""
        name = self.text(self.facts.consumer.name, "name")
        return name + self.say("as_guardian") if self.facts.consumer.minor else name

    def lines(self) -> list[Line]:
        """Order, payment, what happened in the order of days, and the stage today."""
        return [*self.order(), *self.events(), *self.standing()]

    def with_payee(self) -> list[Line]:
        """Payment and what was asked and answered about it, for whoever moved the money."""
        return [*self.payment(), *self._in_order(self._with_seller()), *self._unanswered()]

    def order(self) -> Iterator[Line]:
        if self.s.stage is Stage.NOT_MINE:
            yield self.line("line_not_ordered")
            yield self.line("line_found", found=self.blank("found"))
            if self.facts.consumer.unknown_numbers:
                yield self.line("line_unknown", number=self.facts.consumer.unknown_numbers)
            return
        order = self.facts.order
        yield self.line(
            "line_order_yours" if self.addressed_to_seller else "line_order",
            placed_on=self.day(order.placed_on, "placed_on"),
            where=self.where(),
            seller_name=self.seller,
            order_number=self.text(order.number, "order_number"),
        )
        if order.tariff:
            yield self.line("line_tariff", tariff=plain(order.tariff, self.longest))
        if self.s.iot:
            yield self.line("line_card_iot")
        if self.facts.consumer.minor:
            yield self.line("line_minor_under_eight" if under_eight(self.s) else "line_minor")
        yield from self.payment()

    def where(self) -> str:
        order = self.facts.order
        if order.marketplace:
            return plain(order.marketplace, self.longest)
        if order.sales_channel in (SalesChannel.MARKETPLACE, SalesChannel.LIVESTREAM, None):
            return self.blank("marketplace")
        return self.s.label(order.sales_channel)

    def payment(self) -> Iterator[Line]:
        payment = self.facts.payment
        if self.s.paid == ZERO and payment.payee is not Payee.CARRIER:
            yield self.line("line_not_paid")
        elif self.s.paid != ZERO and payment.payee:
            method = payment.method and self.say("line_method", method=self.s.label(payment.method))
            yield self.line(
                "line_paid" if self.paid_on else "line_paid_unknown",
                paid_on=self.paid_on,
                amount=self.sum(payment.amount),
                payee=self.payee(payment.payee),
                method=method or "",
            )
        elif payment.amount:
            yield self.line("line_paid_somebody", amount=yuan(payment.amount))
        if payment.asked_off_platform:
            yield self.line("line_off_platform")
        if payment.first_top_up:
            yield self.line(
                "line_top_up",
                paid_on=self.paid_on,
                top_up=yuan(payment.first_top_up),
            )

    @property
    def paid_on(self) -> str:
        """The day of the payment, else its month, else ""."""
        day = self.facts.payment.paid_on
        return long_day(day) if day else self._month("payment__paid_on")

    def payee(self, payee: Payee) -> str:
        """Who got the money, by the name that the letter has for them."""
        if payee is Payee.CARRIER:
            return self.names["carrier"]
        if payee is Payee.AFFILIATE:
            ours = self.s.seller is Party.AFFILIATE
            return self.names["seller"] if ours else self.say("the_affiliate")
        return self.s.label(payee)

    def events(self) -> Iterator[Line]:
        """What happened, by day or by month; what has neither stands last and says so."""
        yield from self._in_order(self._events())

    def _in_order(self, events: Iterable[Event]) -> Iterator[Line]:
        for event in sorted(events, key=self._place):
            yield replace(event.line, text=self._when(event) + event.line.text)

    def _place(self, event: Event) -> str:
        """Where among days as YYYY-MM-DD: of a month, its end, so that an answer comes late."""
        if event.day:
            return event.day.isoformat()
        month = self.months.get(event.question)
        if not month:
            return "9999"
        return f"{month}-00" if event.question in ASKED else f"{month}-99"

    def _when(self, event: Event) -> str:
        if event.day:
            return f"{long_day(event.day)}，"
        month = self._month(event.question)
        return self.say("event_month", month=month) if month else self.say("event_unknown_day")

    def _events(self) -> Iterator[Event]:
        signals, activation = self.facts.signals, self.facts.activation
        activated = f"event_activated_{activation.by}" if activation.by else "event_activated"
        yield from self._dated(signals.delivered_on, "signals__delivered_on", "event_delivered")
        yield from self._dated(signals.returned_on, "signals__returned_on", "event_returned")
        yield from self._activated(activated)
        yield from self._dated(
            self.facts.carrier.fee_event_on, "carrier__fee_event_on", "event_fee"
        )
        yield from self._with_seller()
        yield from self._with_carrier()

    def _activated(self, name: str) -> Iterator[Event]:
        # That it was somebody else's hand counts, whether or not the day is known.
        by_other = self.facts.activation.by is ActivatedBy.SOMEONE_ELSE
        dated = list(self._dated(self.facts.activation.at, "activation__at", name))
        if not dated and by_other and self.s.stage is Stage.ACTIVATED:
            dated = [Event(None, "activation__at", self.line(name))]
        yield from dated

    def _dated(self, at: date | None, question: str, name: str) -> Iterator[Event]:
        """What is told only where its day, or at least its month, is known."""
        if at or question in self.months:
            yield Event(day_of(at) if at else None, question, self.line(name))

    def _with_seller(self) -> Iterator[Event]:
        if not self.s.asked_seller:
            return
        dealings = self.facts.dealings
        name = "event_requested_free" if self.s.owed == ZERO else "event_requested"
        yield Event(self.s.requested_on, "dealings__requested_at", self.line(name))
        if dealings.reply not in (None, SellerReply.NONE):
            yield self._replied(self._reply())
        promised_on, deduction = dealings.promised_on, self.facts.payment.deduction
        yield from self._dated(promised_on, "dealings__promised_on", "event_promised")
        if deduction and dealings.reply is not SellerReply.DEDUCTION:
            yield self._replied(self.line("event_deduction", deduction=yuan(deduction)))

    def _replied(self, line: Line) -> Event:
        return Event(self.facts.dealings.replied_on, "dealings__replied_on", line)

    def _reply(self) -> Line:
        deduction = self.facts.payment.deduction
        return self.line(
            f"event_seller_{self.facts.dealings.reply}",
            reasons=self._reasons(),
            deduction=yuan(deduction) if deduction else self.say("some_deduction"),
        )

    def _reasons(self) -> str:
        reasons = [self.s.label(reason) for reason in self.facts.dealings.reasons or ()]
        return self.say("event_reasons", reasons="、".join(reasons)) if reasons else ""

    def _with_carrier(self) -> Iterator[Event]:
        carrier = self.facts.carrier
        if not self.s.complained_to_carrier:
            return
        ticket = self.text(carrier.ticket, "ticket")
        complained = self.line("event_complained", ticket=ticket)
        yield Event(carrier.complained_on, "carrier__complained_on", complained)
        if carrier.reply not in (None, CarrierReply.NONE):
            replied = self.line(f"event_carrier_{carrier.reply}")
            yield Event(carrier.replied_on, "carrier__replied_on", replied)

    def standing(self) -> Iterator[Line]:
        """What is so today: who has not answered, what came back, the stage."""
        on, carrier = long_day(self.s.on), self.facts.carrier
        yield from self._unanswered()
        if self.s.complained_to_carrier and carrier.reply is CarrierReply.NONE:
            yield self.line("standing_carrier_none", on=on)
        if self.facts.dealings.marketplace_reply is MarketplaceReply.REJECTED:
            yield self.line("standing_marketplace_rejected")
        if self.facts.signals.parcel is Parcel.REFUSED:
            yield self.line("standing_refused", on=on, waybill=self.blank("waybill"))
        if self.facts.signals.used:
            yield self.line("standing_used")
        if self.facts.payment.refunded:
            yield self.line("standing_refunded", refunded=yuan(self.facts.payment.refunded))
        yield from self._stage(on)

    def _stage(self, on: str) -> Iterator[Line]:
        # A parcel refused is told above: it is no cancelled order by itself (`domain.md` D4).
        if closed_by_refusal(self.s):
            return
        if self.s.stage_found.certainty is Certainty.ASSUMED:
            yield self.line("standing_unknown", on=on)
        elif self.s.stage is Stage.CLOSED:
            yield self.line("standing_closed", on=on, signal=self.signal)
        elif self.s.stage is not Stage.NOT_MINE:
            yield self.line("standing_stage", on=on, signal=self.signal)

    def _unanswered(self) -> Iterator[Line]:
        on, dealings = long_day(self.s.on), self.facts.dealings
        if dealings.unreachable:
            yield self.line("standing_unreachable", on=on)
        elif self.s.asked_seller and dealings.reply is SellerReply.NONE:
            yield self.line("standing_seller_none", on=on)

    @property
    def signal(self) -> str:
        """What speaks for the stage, with the name that the letter has for the carrier."""
        sentence = self.say(f"signal_{self.s.stage_found.signal}")
        return sentence.replace(self.s.knowledge.phrase("the_carrier"), self.names["carrier"])


def closed_by_refusal(s: Situation) -> bool:
    """Whether nothing but a parcel refused says that the order is over."""
    return s.stage_found.signal == "parcel_refused"


def addressee(chronicle: Chronicle, party: Party | None) -> str:
    """The name of whoever a letter is about."""
    if party is Party.CARRIER:
        return chronicle.carrier
    if party is Party.INDIVIDUAL:
        return chronicle.text(chronicle.facts.opponent.bill_name, "payee")
    return chronicle.seller_to_address if party else ""


def long_day(moment: date) -> str:
    """2026年11月16日, with the time when there is one."""
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day}{moment:%H:%M}" if isinstance(moment, datetime) else day


def plain(text: str, longest: int = LONGEST) -> str:
    """A typed text for one line of a letter: no line breaks, no braces, bounded in length."""
    line = capped(re.sub(r"\s+", " ", text).strip(), LONGEST, 1)
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    return line.translate(str.maketrans("{}", "｛｝"))
