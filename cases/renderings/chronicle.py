"""The facts of a case as lines of a letter: the order, what happened when, where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from cases.assessment.situation import ZERO, Situation
from cases.assessment.wording import yuan
from cases.facts import day_of
from cases.renderings.text import capped
from cases.vocabulary import CarrierReply, Certainty, Party, Payee, SalesChannel, SellerReply, Stage

# As long as the wizard lets a text be.
LONGEST = 200
BEFORE_A_NUMBER = (Stage.AWAITING_SUBMISSION, Stage.SUBMITTED)


class Chronicle:
    """Lines told by `me`; the party a letter is `about` is called `them`.

    What is not known is a blank to fill in, never an invention.
    """

    def __init__(
        self, situation: Situation, *, me: str, them: str = "", about: Party | None = None
    ) -> None:
        self.s = situation
        self.facts = situation.facts
        self.me = me
        with_carrier = about is Party.CARRIER
        with_seller = about in (situation.seller, *situation.holders) and not with_carrier
        self.names = {
            "me": me,
            "user": situation.knowledge.phrase("the_child") if self.facts.consumer.minor else me,
            "seller": them if with_seller else situation.knowledge.phrase("the_seller"),
            "carrier": them if with_carrier else situation.knowledge.phrase("the_carrier"),
        }

    def say(self, name: str, /, **values: object) -> str:
        return self.s.knowledge.phrase(name, **self.names, **values)

    def blank(self, what: str) -> str:
        return self.say("blank", what=self.s.knowledge.phrase(f"blank_{what}"))

    def text(self, value: str | None, what: str) -> str:
        """A typed text on one line and without braces, or a blank."""
        return plain(value) if value else self.blank(what)

    def day(self, value: date | None, what: str) -> str:
        return long_day(value) if value else self.blank(what)

    def sum(self, value: Decimal | None, what: str = "amount") -> str:
        return yuan(value) if value is not None else self.blank(what)

    @property
    def seller(self) -> str:
        order = self.facts.order
        return self.text(order.seller_company or order.seller_name, "seller")

    @property
    def carrier(self) -> str:
        carrier = self.facts.carrier
        if carrier.company:
            return plain(carrier.company)
        named = carrier.name and self.s.label(carrier.name)
        province = plain(carrier.province) if carrier.province else ""
        return f"{named}{province}" if named else self.blank("carrier")

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

    def lines(self) -> list[str]:
        """Order, payment, what happened in the order of days, and the stage today."""
        return [*self.order(), *self.events(), *self.standing()]

    def with_payee(self) -> list[str]:
        """Payment and what was asked and answered about it, for whoever moved the money."""
        return [*self.payment(), *self._in_order(self._with_seller()), *self._unanswered()]

    def order(self) -> Iterator[str]:
        if self.s.stage is Stage.NOT_MINE:
            yield self.say("line_not_ordered")
            yield self.say("line_number", number=self.blank("number"))
            return
        order = self.facts.order
        yield self.say(
            "line_order",
            placed_on=self.day(order.placed_on, "placed_on"),
            where=self.where(),
            seller_name=self.seller,
            order_number=self.text(order.number, "order_number"),
        )
        if order.tariff:
            yield self.say("line_tariff", tariff=plain(order.tariff))
        if self.s.iot:
            yield self.say("line_card_iot")
        if self.facts.consumer.minor:
            yield self.say("line_minor")
        yield from self.payment()

    def where(self) -> str:
        order = self.facts.order
        if order.marketplace:
            return plain(order.marketplace)
        if order.sales_channel in (SalesChannel.MARKETPLACE, SalesChannel.LIVESTREAM, None):
            return self.blank("marketplace")
        return self.s.label(order.sales_channel)

    def payment(self) -> Iterator[str]:
        payment = self.facts.payment
        if self.s.paid == ZERO and payment.payee is not Payee.CARRIER:
            yield self.say("line_not_paid")
        elif self.s.paid != ZERO and payment.payee:
            method = payment.method and self.say("line_method", method=self.s.label(payment.method))
            yield self.say(
                "line_paid" if payment.paid_on else "line_paid_unknown",
                paid_on=long_day(payment.paid_on) if payment.paid_on else "",
                amount=self.sum(payment.amount),
                payee=self.s.label(payment.payee),
                method=method or "",
            )
        if payment.asked_off_platform:
            yield self.say("line_off_platform")
        if payment.first_top_up:
            yield self.say(
                "line_top_up",
                paid_on=long_day(payment.paid_on) if payment.paid_on else "",
                top_up=yuan(payment.first_top_up),
            )

    def events(self) -> Iterator[str]:
        """What happened, by day; what has no day stands last and says so."""
        yield from self._in_order(self._events())

    def _in_order(self, events: Iterator[tuple[date | None, str]]) -> Iterator[str]:
        dated = sorted(events, key=lambda event: event[0] or date.max)
        for day, sentence in dated:
            yield (long_day(day) if day else self.say("event_unknown_day")) + "，" + sentence

    def _events(self) -> Iterator[tuple[date | None, str]]:
        signals, activation = self.facts.signals, self.facts.activation
        if signals.delivered_on:
            yield signals.delivered_on, self.say("event_delivered")
        if signals.returned_on:
            yield signals.returned_on, self.say("event_returned")
        if activation.at:
            name = f"event_activated_{activation.by}" if activation.by else "event_activated"
            yield day_of(activation.at), self.say(name)
        if self.facts.carrier.fee_event_on:
            yield self.facts.carrier.fee_event_on, self.say("event_fee")
        yield from self._with_seller()
        yield from self._with_carrier()

    def _with_seller(self) -> Iterator[tuple[date | None, str]]:
        dealings, payment = self.facts.dealings, self.facts.payment
        if not self.s.asked_seller:
            return
        free = self.s.owed == ZERO
        yield (
            self.s.requested_on,
            self.say("event_requested_free" if free else "event_requested"),
        )
        if dealings.reply not in (None, SellerReply.NONE):
            yield (
                dealings.replied_on,
                self.say(f"event_seller_{dealings.reply}", reasons=self._reasons()),
            )
        if dealings.promised_on:
            yield dealings.promised_on, self.say("event_promised")
        if payment.deduction:
            yield (
                dealings.replied_on,
                self.say("event_deduction", deduction=yuan(payment.deduction)),
            )

    def _reasons(self) -> str:
        reasons = [self.s.label(reason) for reason in self.facts.dealings.reasons or ()]
        return self.say("event_reasons", reasons="、".join(reasons)) if reasons else ""

    def _with_carrier(self) -> Iterator[tuple[date | None, str]]:
        carrier = self.facts.carrier
        if not self.s.complained_to_carrier:
            return
        ticket = self.text(carrier.ticket, "ticket")
        yield self.facts.carrier.complained_on, self.say("event_complained", ticket=ticket)
        if carrier.reply not in (None, CarrierReply.NONE):
            yield carrier.replied_on, self.say(f"event_carrier_{carrier.reply}")

    def standing(self) -> Iterator[str]:
        """What is so today: who has not answered, what came back, the stage."""
        on, carrier = long_day(self.s.on), self.facts.carrier
        yield from self._unanswered()
        if self.s.complained_to_carrier and carrier.reply is CarrierReply.NONE:
            yield self.say("standing_carrier_none", on=on)
        if self.facts.signals.used:
            yield self.say("standing_used")
        if self.facts.payment.refunded:
            yield self.say("standing_refunded", refunded=yuan(self.facts.payment.refunded))
        if self.s.stage_found.certainty is Certainty.ASSUMED:
            yield self.say("standing_unknown", on=on)
        elif self.s.stage is Stage.CLOSED:
            yield self.say("standing_closed", on=on, signal=self.signal)
        elif self.s.stage is not Stage.NOT_MINE:
            yield self.say("standing_stage", on=on, signal=self.signal)

    def _unanswered(self) -> Iterator[str]:
        on, dealings = long_day(self.s.on), self.facts.dealings
        if dealings.unreachable:
            yield self.say("standing_unreachable", on=on)
        elif self.s.asked_seller and dealings.reply is SellerReply.NONE:
            yield self.say("standing_seller_none", on=on)

    @property
    def signal(self) -> str:
        return self.say(f"signal_{self.s.stage_found.signal}")


def addressee(chronicle: Chronicle, party: Party | None) -> str:
    """The name of whoever a letter is about."""
    if party is Party.CARRIER:
        return chronicle.carrier
    if party is Party.INDIVIDUAL:
        return chronicle.blank("payee")
    return chronicle.seller if party else ""


def long_day(moment: date) -> str:
    """2026年11月16日, with the time when there is one."""
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day}{moment:%H:%M}" if isinstance(moment, datetime) else day


def plain(text: str) -> str:
    """A typed text for one line of a letter: no line breaks, no braces, bounded in length."""
    line = capped(re.sub(r"\s+", " ", text).strip(), LONGEST, 1)
    return line.translate(str.maketrans("{}", "｛｝"))
