"""Who gets to see what: three audiences, and how a personal value is shown to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from cases.knowledge.schema import FormValue
from cases.vocabulary import Channel

Answers = Mapping[str, Mapping[str, Any]]
Given = Mapping["Item", list[str]]

SHOWN_AT_MOST = 6
MOBILE = re.compile(r"1[3-9]\d{9}")


class Audience(StrEnum):
    SELLER = "seller"
    AUTHORITY = "authority"
    PUBLIC = "public"


class Item(StrEnum):
    """What identifies a person. The first four may be chosen about, by these names."""

    NAME = "name"
    PHONE = "phone"
    ORDER = "order"
    ADDRESS = "address"
    POSTCODE = "postcode"
    TICKET = "ticket"


class Way(StrEnum):
    """How a value is shown, from whole to not at all; WITHOUT leaves room to write it by hand."""

    FULL = "full"
    MASKED = "masked"
    WITHOUT = "without"
    HIDDEN = "hidden"


Ways = Mapping[Item, Way]

# The seller, and whoever passes on to the seller what they are sent.
SELLERS = (
    Channel.AFFILIATE_SERVICE,
    Channel.AFFILIATE_MANAGEMENT,
    Channel.MARKETPLACE,
    Channel.PAYMENT_PROVIDER,
)
# What is written there anybody may read.
PUBLIC = (Channel.HEIMAO,)
OF_FIELD: Mapping[FormValue, Item] = {
    FormValue.NAME: Item.NAME,
    FormValue.PHONE: Item.PHONE,
    FormValue.ADDRESS: Item.ADDRESS,
    FormValue.POSTCODE: Item.POSTCODE,
}
FOR_SELLER: Ways = {
    Item.NAME: Way.FULL,
    Item.PHONE: Way.MASKED,
    Item.ORDER: Way.FULL,
    Item.ADDRESS: Way.HIDDEN,
    Item.POSTCODE: Way.HIDDEN,
    Item.TICKET: Way.MASKED,
}
# One's own plan, printed where others may see it.
MINE_MASKED: Ways = {
    Item.NAME: Way.FULL,
    Item.PHONE: Way.MASKED,
    Item.ORDER: Way.FULL,
    Item.ADDRESS: Way.HIDDEN,
    Item.POSTCODE: Way.HIDDEN,
    Item.TICKET: Way.FULL,
}
ANSWERS: Mapping[str, Item] = {
    "consumer__name": Item.NAME,
    "consumer__phone": Item.PHONE,
    "consumer__address": Item.ADDRESS,
    "consumer__postcode": Item.POSTCODE,
    "order__number": Item.ORDER,
    "carrier__ticket": Item.TICKET,
}
BLANK = "＿"
# How many ems a hand needs.
ROOM: Mapping[Item, int] = {
    Item.NAME: 8,
    Item.PHONE: 12,
    Item.ORDER: 16,
    Item.ADDRESS: 24,
    Item.POSTCODE: 8,
    Item.TICKET: 16,
}


def audience_of(channel: Channel) -> Audience:
    """Who reads what is sent by a channel."""
    if channel in PUBLIC:
        return Audience.PUBLIC
    return Audience.SELLER if channel in SELLERS else Audience.AUTHORITY


def ways_for(channel: Channel, fields: Iterable[FormValue]) -> Ways:
    """How each value is shown by default; an authority is shown what its form asks."""
    match audience_of(channel):
        case Audience.PUBLIC:
            return dict.fromkeys(Item, Way.HIDDEN)
        case Audience.SELLER:
            return FOR_SELLER
    asked = {OF_FIELD[each] for each in fields if each in OF_FIELD}
    always = {Item.ORDER, Item.TICKET}
    return {item: Way.FULL if item in asked | always else Way.WITHOUT for item in Item}


def name(text: str) -> str:
    """张*."""
    return f"{text[0]}*" if len(text) > 1 else "*"


def phone(text: str) -> str:
    """138****1234; of a short number the end only."""
    return f"{text[:3]}****{text[-4:]}" if MOBILE.fullmatch(text) else tail(text)


def tail(text: str) -> str:
    """The last six characters, and never more than half."""
    shown = min(SHOWN_AT_MOST, len(text) // 2)
    return f"…{text[len(text) - shown :]}"


def shown(item: Item, text: str, way: Way) -> str:
    """A value as a receiver is shown it."""
    match way:
        case Way.FULL:
            return text
        case Way.WITHOUT:
            return BLANK * ROOM[item]
        case Way.MASKED if item is Item.PHONE:
            return phone(core(text))
        case Way.MASKED if item in (Item.ORDER, Item.TICKET):
            return tail(text)
        case Way.MASKED if item is Item.NAME:
            return name(text)
    return hidden()


def hidden() -> str:
    """What stands where a value is hidden and nothing is to be written."""
    return _("〔已隐去〕")


def core(text: str) -> str:
    """Letters and digits only, without the +86 before a mobile number."""
    found = re.sub(r"[\W_]", "", text)
    return found[2:] if found.startswith("86") and MOBILE.fullmatch(found[2:]) else found


def given(answers: Answers) -> Given:
    """What the person gave, by item; of the tickets there may be several."""
    found: dict[Item, list[str]] = {}
    for clean in answers.values():
        for key, item in ANSWERS.items():
            # Of answers that no longer pass the checks, a value may be anything.
            if (text := clean.get(key)) and isinstance(text, str):
                found.setdefault(item, []).append(text)
        for filing in clean.get("filed") or ():
            if text := filing.get("reference"):
                found.setdefault(Item.TICKET, []).append(text)
    return found
