"""Channels, the texts sent through them, and what a court costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from cases.knowledge.schema.base import Content, Link, Reviewed, Text
from cases.knowledge.schema.law import Cite
from cases.vocabulary import CarrierName, Confidence, EvidenceKind, Length


class Contact(Content):
    """Where to turn; `carrier` where it is one carrier's own."""

    label: Text
    value: Text
    url: Link | None = None
    carrier: CarrierName | None = None


class Limit(Content):
    """How many characters a text of this length may have here, spaces and line ends counted.

    `verified` is false where no official page says so.
    """

    length: Length
    characters: Annotated[int, Field(ge=40, le=2000)]
    since: date
    verified: bool = False


class FormValue(StrEnum):
    """What goes into a blank of a receiver's form; `by_hand` is what we never ask for."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    RESPONDENT = "respondent"
    PLACED_ON = "placed_on"
    WHERE = "where"
    ORDER_NUMBER = "order_number"
    NUMBER = "number"
    AMOUNT = "amount"
    REQUESTED_ON = "requested_on"
    COMPLAINED_ON = "complained_on"
    TICKET = "ticket"
    CARRIER_REPLY = "carrier_reply"
    UNKNOWN_NUMBERS = "unknown_numbers"
    REQUESTS = "requests"
    TEXT = "text"
    BY_HAND = "by_hand"


class FormField(Content):
    """A blank of the receiver's form, in our words, and what goes into it."""

    label: Text
    value: FormValue


class ChannelCard(Reviewed):
    """What a person must know of a channel before using it.

    `sees` says who gets to see what is sent; `silence_days` are the days without an answer after
    which our plan goes on to this channel; a default of ours, not law. `takes_text` is false where
    there is nothing to write; `usual` is the length of text that fits best. `receiver` is whom a
    text goes to, `fields` what their form asks, in its order; who has no form has none.
    """

    who: Text
    precondition: Text
    filing_limit: Text
    response_time: Text
    cost: Text
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]
    materials: tuple[Text, ...]
    mistakes: Annotated[tuple[Text, ...], Field(min_length=1)]
    can: Annotated[tuple[Text, ...], Field(min_length=1)]
    cannot: Annotated[tuple[Text, ...], Field(min_length=1)]
    sees: Annotated[tuple[Text, ...], Field(min_length=1)]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    if_refused: Text
    evidence: tuple[EvidenceKind, ...] = ()
    limits: tuple[Limit, ...] = ()
    receiver: Text | None = None
    fields: tuple[FormField, ...] = ()
    takes_text: bool = True
    usual: Length = Length.FULL
    silence_days: Annotated[int, Field(ge=0, le=30)] | None = None
    confidence: Confidence
    not_considered: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def one_limit_a_length_and_day(self) -> ChannelCard:
        days = [(limit.length, limit.since) for limit in self.limits]
        if days != sorted(set(days)):
            raise ValueError("limits must stand in the order of length and since, each once")
        return self

    @property
    def hotlines(self) -> tuple[Contact, ...]:
        """The carriers' own numbers that one can call, nothing but digits."""
        return tuple(row for row in self.contacts if row.carrier and row.value.isdigit())

    def limit(self, length: Length, on: date) -> Limit | None:
        """The limit in force on `on`; the first one for any day before it; None without one."""
        found = [limit for limit in self.limits if limit.length is length]
        in_force = [limit for limit in found if limit.since <= on]
        return in_force[-1] if in_force else next(iter(found), None)


class LetterHead(Reviewed):
    """The front matter of a letter.

    `needs` lists the variables its text may use; `citations` how many grounds it cites at most,
    `grounds` which ones, where not any will do;
    `me` and `them` who speaks about whom; `answer_days` the days given for an answer, our default.
    """

    title: Text
    needs: tuple[Text, ...]
    citations: Annotated[int, Field(ge=0, le=4)]
    grounds: tuple[Text, ...] = ()
    me: Text = "本人"
    them: Text
    answer_days: Annotated[int, Field(ge=1, le=15)] | None = None


class Letter(Content):
    """A letter's template: its head, two blocks, and a text for each length."""

    head: LetterHead
    facts: Text
    requests: Text
    texts: dict[Length, Text]


class Step(Content):
    """A bracket of a court fee: up to `up_to` yuan (None: no end) a fixed sum and a share of what
    lies above `above`."""

    above: Decimal
    up_to: Decimal | None = None
    fixed: Decimal
    percent: Decimal = Decimal(0)


class CourtFee(Reviewed):
    """The fee for suing over a sum of money, and the part of it due under simplified procedure."""

    since: date
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    simplified: Decimal
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]
    not_considered: tuple[Text, ...] = ()
