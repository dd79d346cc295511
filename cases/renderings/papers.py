"""Papers to hand over: what one receiver needs and no more, as rows, a text and attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cases.assessment import assess
from cases.assessment.situation import Situation
from cases.facts import FactsRefused, facts_from
from cases.knowledge import load
from cases.knowledge.schema import ChannelCard, FormValue
from cases.renderings import pdf, word
from cases.renderings.audience import (
    BLANK,
    OF_FIELD,
    Audience,
    Item,
    Way,
    Ways,
    audience_of,
    core,
    given,
    shown,
    ways_for,
)
from cases.renderings.chronicle import NO_MONTHS, Chronicle, addressee
from cases.renderings.glyphs import leaves_gaps
from cases.renderings.outline import Texts, outline
from cases.renderings.text import capped
from cases.renderings.veil import Veil
from cases.vocabulary import CarrierReply, Channel, Length, Party

TEXT_CHARACTERS, TEXT_LINES = 4000, 120
ROW_CHARACTERS = 800
BLANK_EMS = 12
# What a text tells only the person who sends it.
TO_CONFIRM = re.compile(r"((?:\d+\. )?)([^。\n]*)（(?:请核对后保留这一句|不主张的请删去)）")
TO_COMPARE = re.compile(r"（(?:请核对|照营业执照核对)[^（）]*）")
TO_FILL_IN = re.compile(r"【请填写：([^】]*)】")
# What the person may decide for each paper, and how; the postcode goes with the address.
CHOICES: Mapping[Item, tuple[Way, ...]] = {
    Item.NAME: (Way.FULL, Way.WITHOUT),
    Item.PHONE: (Way.FULL, Way.MASKED, Way.WITHOUT),
    Item.ORDER: (Way.FULL, Way.MASKED, Way.WITHOUT),
    Item.ADDRESS: (Way.FULL, Way.WITHOUT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What one receiver gets: `rows` are (label, value), `limit` the characters of its form."""

    title: str
    audience: Audience
    rows: tuple[tuple[str, str], ...]
    text: str
    limit: int | None
    attachments: tuple[str, ...]
    on: date
    version: str

    @property
    def whole(self) -> str:
        """All that can be read of it."""
        return "\n".join((*(value for _label, value in self.rows), self.text))


@dataclass(frozen=True, kw_only=True)
class Told:
    """A stored plan, and the situation of the answers it was made from, seen on its day."""

    plan: Mapping[str, Any]

    @property
    def on(self) -> date:
        return date.fromisoformat(self.plan["on"])

    @cached_property
    def situation(self) -> Situation | None:
        """None where the stored answers no longer pass the checks, which may have changed."""
        try:
            facts = facts_from(self.plan["answers"], on=self.on)
        except FactsRefused:
            return None
        return assess(facts, load(), on=self.on).situation


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody an action of the plan writes to: `action` is the outline's, `row` the plan's."""

    told: Told
    action: Mapping[str, Any]
    row: Mapping[str, Any]

    @property
    def plan(self) -> Mapping[str, Any]:
        """The stored plan."""
        return self.told.plan

    @property
    def slug(self) -> str:
        return str(self.action["slug"])

    @property
    def channel(self) -> Channel:
        return Channel(self.row["channel"])

    @property
    def card(self) -> ChannelCard:
        """The channel as we know it now: forms change, and the person fills in today's."""
        return load().channels[self.channel]

    @property
    def name(self) -> str:
        return self.card.receiver or str(self.action["name"])

    @property
    def audience(self) -> Audience:
        return audience_of(self.channel)

    @property
    def ways(self) -> Ways:
        """How each value is shown to them by default."""
        return ways_for(self.channel, [field.value for field in self.card.fields])

    @cached_property
    def text(self) -> Mapping[str, Any]:
        """The text they get: the seller the whole letter, a form what fits it."""
        texts: dict[Length, Mapping[str, Any]] = {
            Length(text["length"]): text for text in self.action["texts"]
        }
        return texts[self._length if self._length in texts else Length.FULL]

    @property
    def _length(self) -> Length:
        usual = Length(self.action["letter"]["usual"])
        if self.audience is Audience.SELLER:
            return Length.FULL
        return Length.FORM if usual in (Length.CALL_20S, Length.CALL_60S) else usual

    @property
    def left_to_the_hand(self) -> bool:
        """Whether blanks of the form stay empty though the person once gave what they ask."""
        return bool(self.card.fields) and self.told.situation is None

    @property
    def edited(self) -> bool:
        """Whether the person rewrote the text."""
        return bool(self.text.get("edited"))

    @property
    def attachments(self) -> tuple[str, ...]:
        """What there is to attach; what is still missing is nobody else's business.

        Nothing where the text itself names its attachments.
        """
        if _("附件：") in self.text["text"]:
            return ()
        have = {item["id"]: item["name"] for item in self.plan["evidence"] if item["have"]}
        return tuple(have[kind] for kind in self.row["evidence"] if kind in have)

    @cached_property
    def seen(self) -> list[tuple[Item, Way]]:
        """What of the person's they see by default, whole or in part."""
        whole, values = write_paper(self, self.ways).whole, given(self.plan["answers"])
        return [
            (item, way)
            for item, way in sorted(self.ways.items(), key=lambda pair: [*Item].index(pair[0]))
            if any(_stands_in(whole, item, text, way) for text in values.get(item, ()))
        ]

    @property
    def not_seen(self) -> list[Item]:
        """What the person gave us and they do not see."""
        values, seen = given(self.plan["answers"]), dict(self.seen)
        return [item for item in Item if item in values and item not in seen]

    @property
    def choices(self) -> list[tuple[Item, tuple[Way, ...]]]:
        """What may be decided about: what they would see. On a public page, nothing."""
        seen = dict(self.seen)
        return [(item, ways) for item, ways in CHOICES.items() if item in seen]

    def chosen(self, words: Mapping[str, str]) -> Ways:
        """The ways for words such as `phone=masked`; what is not offered changes nothing."""
        ways = dict(self.ways)
        for item, offered in self.choices:
            if words.get(item) in offered:
                ways[item] = Way(words[item])
        if ways[Item.ADDRESS] is Way.WITHOUT and ways[Item.POSTCODE] is Way.FULL:
            ways[Item.POSTCODE] = Way.WITHOUT
        return ways


def receivers(plan: Mapping[str, Any], *, edits: Texts | None = None) -> list[Receiver]:
    """Everybody the stored plan writes to, in its order; `edits` is `Plan.edits`."""
    told, actions = Told(plan=plan), outline(plan, edits=edits)["actions"]
    pairs = zip(actions, plan["actions"], strict=True)
    return [Receiver(told=told, action=action, row=row) for action, row in pairs
            if action["letter"]]  # fmt: skip


def write_paper(receiver: Receiver, ways: Ways) -> Paper:
    """The paper for a receiver, each personal value shown the given way."""
    veil = Veil(receiver.plan["answers"], ways)
    value_of = _form_values(receiver)
    fields = receiver.card.fields
    rows = ((TO_COMPARE.sub("", field.label), value_of(field.value)) for field in fields)
    return Paper(
        title=_("给%(receiver)s的材料") % {"receiver": receiver.name},
        audience=receiver.audience,
        rows=tuple((label, _row(veil.text(value))) for label, value in rows),
        text=capped(veil.text(receiver.text["text"]), TEXT_CHARACTERS, TEXT_LINES),
        limit=receiver.text["limit"],
        attachments=receiver.attachments,
        on=receiver.told.on,
        version=receiver.plan["knowledge_version"],
    )


def as_pdf(paper: Paper) -> bytes:
    """The paper as PDF/UA-1. Raises `pdf.RenderingFailed`."""
    return pdf.render(_html(paper, has_gaps=leaves_gaps(paper.whole)))


def as_docx(paper: Paper) -> bytes:
    """The paper as DOCX, to be changed before it is sent."""
    return word.render(_html(paper), on=paper.on)


def as_text(paper: Paper) -> str:
    """The paper as plain text that ends with one newline."""
    return render_to_string("papers/paper.txt", _context(paper)).strip() + "\n"


def _html(paper: Paper, *, has_gaps: bool = False) -> str:
    context = {"has_gaps": has_gaps, "blank": BLANK * BLANK_EMS}
    return render_to_string("papers/document.html", _context(paper) | context)


def _context(paper: Paper) -> dict[str, Any]:
    # On paper a blank is a line to write on, with what belongs there after it.
    text = by_hand(paper.text)
    return {"paper": paper, "text": text, "count": len(text.replace(BLANK, ""))}


def by_hand(text: str) -> str:
    """The text with lines to write on for what is still to be filled in, and a box to tick before
    what the person is still to confirm."""
    return TO_FILL_IN.sub(rf"{BLANK * BLANK_EMS}（\1）", _with_boxes(text))


def _with_boxes(text: str) -> str:
    return TO_COMPARE.sub("", TO_CONFIRM.sub(r"\1□\2", text))


def _row(value: str) -> str:
    """A value for one row; nothing is a line to write on."""
    if not value:
        return BLANK * BLANK_EMS
    return capped(TO_FILL_IN.sub(BLANK * BLANK_EMS, _with_boxes(value)), ROW_CHARACTERS, 20)


def _stands_in(whole: str, item: Item, text: str, way: Way) -> bool:
    if way is Way.FULL:
        return core(text) in core(whole)
    return way is Way.MASKED and shown(item, text, way) in whole


def _form_values(receiver: Receiver) -> Callable[[FormValue], str]:
    """What goes into each blank of the receiver's form."""
    situation = receiver.told.situation
    if situation is None:
        return partial(_as_typed, receiver)
    return _FormValues(receiver, situation).of


def _as_typed(receiver: Receiver, value: FormValue) -> str:
    """A value that needs no look at the situation; the others are left to the hand."""
    if value is FormValue.TEXT:
        return _to_paste()
    if value is FormValue.REQUESTS:
        return _requests(receiver)
    item = Item.ORDER if value is FormValue.ORDER_NUMBER else OF_FIELD.get(value)
    found = given(receiver.plan["answers"]).get(item) if item else None
    return found[0] if found else ""


def _to_paste() -> str:
    return _("见下面的正文，可以整段粘贴")


def _requests(receiver: Receiver) -> str:
    # A text that was rewritten may ask for something else by now.
    return _to_paste() if receiver.edited else str(receiver.action["letter"]["requests"])


class _FormValues:
    """The values of a receiver's form, from the answers the plan was made from."""

    def __init__(self, receiver: Receiver, situation: Situation) -> None:
        head = load().letters[receiver.channel].head
        self.receiver = receiver
        respondent = receiver.row["respondent"]
        self.respondent = Party(respondent) if respondent else None
        self.s = situation
        self.told = Chronicle(
            self.s,
            me=head.me,
            them=head.them,
            about=self.respondent,
            # Plans made before they were kept have none.
            months=receiver.plan.get("months", NO_MONTHS),
        )

    def of(self, value: FormValue) -> str:
        """What goes into the blank; a blank of ours where it is not known."""
        return READ[value](self)

    @property
    def carrier_reply(self) -> str:
        reply, deadline = self.s.facts.carrier.reply, self.s.carrier_deadline
        if reply not in (None, CarrierReply.NONE):
            return self.s.label(reply)
        if deadline is not None and self.s.on > deadline.ends_on:
            return _("满十五日没有答复")
        return "" if reply is None else self.s.label(reply)

    @property
    def unknown_numbers(self) -> str:
        number = self.s.facts.consumer.unknown_numbers
        return "" if number is None else _("%(number)s个") % {"number": number}


READ: Mapping[FormValue, Callable[[_FormValues], str]] = {
    FormValue.NAME: lambda v: v.s.facts.consumer.name or "",
    FormValue.PHONE: lambda v: v.s.facts.consumer.phone or "",
    FormValue.ADDRESS: lambda v: v.s.facts.consumer.address or "",
    FormValue.POSTCODE: lambda v: v.s.facts.consumer.postcode or "",
    FormValue.RESPONDENT: lambda v: addressee(v.told, v.respondent),
    FormValue.PLACED_ON: lambda v: v.told.day(v.s.facts.order.placed_on, "placed_on"),
    FormValue.WHERE: lambda v: v.told.where(),
    FormValue.ORDER_NUMBER: lambda v: v.s.facts.order.number or "",
    FormValue.NUMBER: lambda v: v.told.number,
    FormValue.AMOUNT: lambda v: v.told.sum(v.s.facts.payment.amount),
    FormValue.REQUESTED_ON: lambda v: v.told.day(v.s.requested_on, "requested_on"),
    FormValue.COMPLAINED_ON: lambda v: v.told.day(v.s.facts.carrier.complained_on, "complained_on"),
    FormValue.TICKET: lambda v: v.s.facts.carrier.ticket or "",
    FormValue.CARRIER_REPLY: lambda v: v.carrier_reply,
    FormValue.UNKNOWN_NUMBERS: lambda v: v.unknown_numbers,
    FormValue.REQUESTS: lambda v: _requests(v.receiver),
    FormValue.TEXT: lambda v: _to_paste(),
    FormValue.BY_HAND: lambda v: "",
}


def masked(plan: Mapping[str, Any], ways: Ways) -> dict[str, Any]:
    """The stored plan with each personal value in its letters shown the given way."""
    veil = Veil(plan["answers"], ways)
    return {**plan, "letters": [_veiled(letter, veil) for letter in plan["letters"]]}


def _veiled(letter: Mapping[str, Any], veil: Veil) -> dict[str, Any]:
    blocks = {block: veil.text(letter[block]) for block in ("facts", "requests", "text")}
    shorter = [{**row, "text": veil.text(row["text"])} for row in letter["shorter"]]
    return {**letter, **blocks, "shorter": shorter}
