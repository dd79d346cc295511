"""A case seen on a day: its facts, its stage, who sold, who holds the money, what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from cases.assessment.stage import StageFound, find_stage
from cases.assessment.wording import label, words
from cases.deadlines import Deadline, count
from cases.facts import Facts, day_of
from cases.knowledge import Knowledge
from cases.lanes import ESCALATED, REFUSALS, Door, Shut, escalation
from cases.vocabulary import (
    ActivatedBy,
    CardKind,
    CarrierReply,
    Matter,
    Party,
    Payee,
    PaymentMethod,
    SalesChannel,
    SellerReply,
    Stage,
)

ON_A_MARKETPLACE = frozenset({SalesChannel.MARKETPLACE, SalesChannel.LIVESTREAM})
OWN_HAND = frozenset({ActivatedBy.ME, ActivatedBy.COURIER_WITH_ME})
OTHER_HAND = frozenset({ActivatedBy.SOMEONE_ELSE, ActivatedBy.UNKNOWN})
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What every predicate is handed. Nothing here asks a clock: `on` is the day of the plan."""

    facts: Facts
    knowledge: Knowledge
    on: date

    @cached_property
    def stage_found(self) -> StageFound:
        return find_stage(self.facts, self.knowledge)

    @property
    def stage(self) -> Stage:
        return self.stage_found.id

    @cached_property
    def seller(self) -> Party:
        """The party that took the order: a shop on a marketplace, else the affiliate network."""
        channel, payee = self.facts.order.sales_channel, self.facts.payment.payee
        on_marketplace = channel in ON_A_MARKETPLACE or (
            channel is None and payee is Payee.MARKETPLACE
        )
        return Party.MARKETPLACE_SELLER if on_marketplace else Party.AFFILIATE

    @property
    def private_seller(self) -> bool:
        """Whether a person sold, and no company: in a chat, and paid to a private account."""
        in_a_chat = self.facts.order.sales_channel is SalesChannel.SOCIAL_CHAT
        return in_a_chat and self.facts.payment.payee is Payee.INDIVIDUAL

    def party_name(self, party: Party) -> str:
        """The label of a party; a seller who is no company is not called one."""
        private = party is Party.AFFILIATE and self.private_seller
        return self.knowledge.phrase("private_seller") if private else self.label(party)

    @property
    def trader(self) -> Party | None:
        """The seller, where the person ordered at all."""
        return None if self.stage is Stage.NOT_MINE else self.seller

    @cached_property
    def holders(self) -> tuple[Party, ...]:
        """Who answers for the money paid, first top-up apart; nobody when nothing was paid."""
        match self.facts.payment.payee:
            case Payee.NOBODY:
                return ()
            case Payee.CARRIER:
                return (Party.CARRIER,) if self.paid else ()
            case Payee.MARKETPLACE:
                return (Party.MARKETPLACE_SELLER,)
            case Payee.INDIVIDUAL:
                return (self.seller, Party.INDIVIDUAL)
            case Payee.AFFILIATE:
                return tuple(dict.fromkeys((self.seller, Party.AFFILIATE)))
            case None:
                return (self.seller,) if self.paid else ()

    @cached_property
    def paid(self) -> Decimal | None:
        """Yuan paid, first top-up apart; None when not known."""
        if self.facts.payment.payee is Payee.NOBODY:
            return ZERO
        return self.facts.payment.amount

    @cached_property
    def outstanding(self) -> Decimal | None:
        """Yuan paid and not yet back, whether or not there is a claim to them."""
        if self.paid is None:
            return None
        return max(ZERO, self.paid - (self.facts.payment.refunded or ZERO))

    @cached_property
    def owed(self) -> Decimal | None:
        """Yuan that somebody owes the person. A card in service that its owner activated gives no
        claim by itself (`domain.md` D1b, D1d, D8)."""
        return ZERO if self.own_activation and not self.claim_after_activation else self.outstanding

    @property
    def own_activation(self) -> bool:
        return self.stage is Stage.ACTIVATED and self.facts.activation.by in OWN_HAND

    @property
    def claim_after_activation(self) -> bool:
        facts = self.facts
        conceded = facts.dealings.reply in (SellerReply.ACCEPTED, SellerReply.DEDUCTION)
        return bool(conceded or facts.terms.misleading or facts.consumer.minor or self.iot)

    @cached_property
    def balance(self) -> Decimal | None:
        """Yuan of the first top-up not yet used; None when not known."""
        top_up, used = self.facts.payment.first_top_up, self.facts.signals.consumed
        return None if top_up is None else max(ZERO, top_up - (used or ZERO) - self._topped_back)

    @property
    def _topped_back(self) -> Decimal:
        """What a carrier paid back beyond the rest of the money it held."""
        payment = self.facts.payment
        if payment.payee is not Payee.CARRIER:
            return ZERO
        return max(ZERO, (payment.refunded or ZERO) - (payment.amount or ZERO))

    @property
    def requested_on(self) -> date | None:
        at = self.facts.dealings.requested_at
        return day_of(at) if at else None

    @property
    def asked_seller(self) -> bool:
        """Whether the seller was asked: said, dated, or answered. Otherwise not yet."""
        dealings = self.facts.dealings
        answered = dealings.reply not in (None, SellerReply.NONE)
        return bool(dealings.requested or self.requested_on) or (
            dealings.requested is None and answered
        )

    @property
    def complained_to_carrier(self) -> bool:
        """Whether the carrier has a complaint: said, dated, or answered. Otherwise not yet."""
        carrier = self.facts.carrier
        answered = carrier.reply not in (None, CarrierReply.NONE)
        return bool(carrier.complained or carrier.complained_on) or (
            carrier.complained is None and answered
        )

    @cached_property
    def carrier_deadline(self) -> Deadline | None:
        """The carrier's fifteen days; from today on, as a guess, while the complaint is only
        advised or its day is not known."""
        if self.facts.carrier.complained_on:
            answered = self.facts.carrier.reply in REFUSALS
            since = self.facts.carrier.complained_on
            return count("carrier_reply_15d", self.knowledge, since=since, answered=answered)
        counts = self.complained_to_carrier or self.answers_for(Party.CARRIER) & ESCALATED
        return self.period("carrier_reply_15d", self.on, assumed=True) if counts else None

    @cached_property
    def escalation(self) -> Door | Shut:
        """Whether the telecom escalation is open, and from when."""
        return escalation(
            self.facts,
            self.answers_for(Party.CARRIER),
            complained=self.complained_to_carrier,
            deadline=self.carrier_deadline,
            event_on=self.telecom_event_on,
            on=self.on,
            knowledge=self.knowledge,
        )

    @property
    def telecom_event_on(self) -> date | None:
        """The event from which the two years of a dispute that is not about a charge run."""
        at = self.facts.activation.at
        return day_of(at) if at else self.facts.order.placed_on

    @property
    def iot(self) -> bool:
        return self.facts.order.card_kind is CardKind.IOT

    @cached_property
    def refund_base(self) -> date | None:
        """The day from which the fifteen days of an unreasonable delay run (`domain.md` D3)."""
        asked = (
            self.facts.carrier.complained_on if Party.CARRIER in self.holders else self.requested_on
        )
        promised = self.facts.dealings.promised_on
        if promised and asked and asked <= promised <= asked + timedelta(days=15):
            return promised
        return self.facts.signals.returned_on or asked

    @property
    def refund_delay(self) -> Deadline | None:
        """The fifteen days for paying back; None when their start is not known."""
        base = self.refund_base
        if base is None:
            return None
        event = "event_request"
        if base == self.facts.dealings.promised_on:
            event = "event_promise"
        elif base == self.facts.signals.returned_on:
            event = "event_return"
        said = self.knowledge.phrase(event)
        return count("unreasonable_delay_15d", self.knowledge, since=base, event=said)

    def period(self, name: str, since: date | None, *, assumed: bool = False) -> Deadline | None:
        """The period `name` counted from `since`; None without a base date."""
        if since is None:
            return None
        return count(name, self.knowledge, since=since, assumed=assumed)

    @cached_property
    def delay_over(self) -> bool | None:
        """Whether the fifteen days for paying back are over; None when their start is not known."""
        delay = self.refund_delay
        if delay is None:
            return None if self.asked_of_holder else False
        return self.on > delay.ends_on

    @property
    def asked_of_holder(self) -> bool:
        return self.complained_to_carrier if Party.CARRIER in self.holders else self.asked_seller

    @property
    def refused_by_holder(self) -> bool:
        if Party.CARRIER in self.holders:
            return self.facts.carrier.reply in (
                CarrierReply.REFUSED,
                CarrierReply.ALREADY_ACTIVATED,
            )
        return self.facts.dealings.reply is SellerReply.REFUSED

    @cached_property
    def responsible(self) -> tuple[tuple[Party, Matter], ...]:
        """Who answers for what, as the contract's table says."""
        return tuple(dict.fromkeys((*self._for_money(), *self._for_order(), *self._for_number())))

    def _for_money(self) -> tuple[tuple[Party, Matter], ...]:
        return tuple((party, Matter.MONEY) for party in self.holders if self.outstanding != ZERO)

    def _for_order(self) -> tuple[tuple[Party, Matter], ...]:
        found: list[tuple[Party, Matter]] = []
        if self.stage is Stage.AWAITING_SUBMISSION:
            found.append((self.seller, Matter.CANCELLATION))
        if self.stage in (Stage.SUBMITTED, Stage.PROVISIONED):
            found.append((Party.CARRIER, Matter.CANCELLATION))
        if self.facts.consumer.uploaded_id_photos and self.stage is not Stage.NOT_MINE:
            found.append((self.seller, Matter.DATA))
        return tuple(found)

    def _for_number(self) -> tuple[tuple[Party, Matter], ...]:
        found: list[tuple[Party, Matter]] = []
        if self.balance:
            found.append((Party.CARRIER, Matter.BALANCE))
        if self.stage in (Stage.ACTIVATED, Stage.NOT_MINE):
            found.append((Party.CARRIER, Matter.CLOSURE))
        if self.activated_by_other:
            found.append((Party.CARRIER, Matter.ACTIVATION_RECORD))
        return tuple(found)

    @property
    def activated_by_other(self) -> bool:
        by = self.facts.activation.by
        return self.stage is Stage.NOT_MINE or (self.stage is Stage.ACTIVATED and by in OTHER_HAND)

    def answers_for(self, party: Party) -> frozenset[Matter]:
        return frozenset(matter for who, matter in self.responsible if who is party)

    @property
    def through_payment_provider(self) -> bool:
        return self.facts.payment.method in (
            PaymentMethod.MERCHANT_WECHAT,
            PaymentMethod.MERCHANT_ALIPAY,
        )

    def label(self, member: object) -> str:
        """The Chinese label of an enum member."""
        return label(self.knowledge, member)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What the blanks of the sentences about this case are filled with."""
        return words(self)
