"""Still 沟通: which bodies were asked already, and what came of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.vocabulary import Channel, FilingOutcome, Party, Payee, Stage
from cases.wizard.answers import Answers, somebody_elses, stage_of, value
from cases.wizard.fields import (
    ChineseDateField,
    Choices,
    GroupedMembers,
    Groups,
    Member,
    OneOf,
    Question,
    TextField,
    Words,
    labels,
)
from cases.wizard.forms.base import MONTHS, StepForm
from cases.wizard.forms.order import ON_A_MARKETPLACE

# Asked on pages of their own, or nothing that is filed.
ELSEWHERE = (
    Channel.AFFILIATE_SERVICE,
    Channel.AFFILIATE_MANAGEMENT,
    Channel.CARRIER_COMPLAINT,
    Channel.NUMBER_CHECK,
)
LIKELY_FIRST = (
    Channel.MARKET_REGULATOR_COMPLAINT,
    Channel.GOVERNMENT_HOTLINE,
    Channel.TELECOM_ESCALATION,
    Channel.HEIMAO,
    Channel.MARKETPLACE,
    Channel.PAYMENT_PROVIDER,
    Channel.CARRIER_GROUP,
    Channel.POLICE,
    Channel.COMMUNICATIONS_ADMINISTRATION,
    Channel.CONSUMER_ASSOCIATION,
    Channel.MARKET_REGULATOR_REPORT,
    Channel.SPAM_REPORT,
)
RARE = [channel for channel in Channel if channel not in (*ELSEWHERE, *LIKELY_FIRST)]
BODIES = [*LIKELY_FIRST, *RARE]
PLATFORMS: tuple[Words, tuple[Channel, ...]] = (
    _("平台"),
    (Channel.MARKETPLACE, Channel.PAYMENT_PROVIDER, Channel.HEIMAO),
)
TELECOM: tuple[Words, tuple[Channel, ...]] = (
    _("运营商和通信部门"),
    (
        Channel.CARRIER_GROUP,
        Channel.TELECOM_ESCALATION,
        Channel.COMMUNICATIONS_ADMINISTRATION,
        Channel.SPAM_REPORT,
    ),
)
CONSUMERS: tuple[Words, tuple[Channel, ...]] = (
    _("市场监管、热线和消协"),
    (
        Channel.MARKET_REGULATOR_COMPLAINT,
        Channel.MARKET_REGULATOR_REPORT,
        Channel.GOVERNMENT_HOTLINE,
        Channel.CONSUMER_ASSOCIATION,
    ),
)
POLICE_AND_COURTS: tuple[Words, tuple[Channel, ...]] = (
    _("公安和法院"),
    (Channel.POLICE, Channel.SMALL_CLAIMS_COURT, Channel.INTERNET_COURT),
)
OTHER: tuple[Words, tuple[Channel, ...]] = (
    _("网信和邮政部门"),
    (
        Channel.ILLEGAL_CONTENT_REPORT,
        Channel.CYBERSPACE_ADMINISTRATION,
        Channel.POSTAL_ESCALATION,
    ),
)
GROUPS = (CONSUMERS, PLATFORMS, TELECOM, POLICE_AND_COURTS, OTHER)
AGAINST = [party for party in Party if party is not Party.AUTHORITY]
NOT_YET = _("还没有，或不清楚")
NO_RESULT = _("还没有结果，或不清楚")
HEARD = "heard"
HEARD_BY = "heard_by"
# The buttons for one filing more, or one less, and how many there may be.
ADD, REMOVE = "add", "remove"
MOST_FILINGS = 5


class FiledWhere(StepForm):
    title = _("还在别处投诉或起诉过吗？")
    filed_where = GroupedMembers(
        Channel,
        label=_("已经找过的部门或平台"),
        help_text=_("可以多选"),
        groups=GROUPS,
        members=BODIES,
    )

    def arrange(self) -> None:
        """Where somebody with this order would have gone comes first."""
        asked = self.fields["filed_where"]
        self.fields["filed_where"] = GroupedMembers(
            Channel,
            label=asked.label or "",
            help_text=asked.help_text,
            groups=likely_first(self.answers),
            members=BODIES,
        )


def likely_first(answers: Answers) -> Groups:
    """All groups, first those that go with the order: whom it has to do with, or whose it is."""
    first = [CONSUMERS]
    if somebody_elses(answers):
        first = [TELECOM, POLICE_AND_COURTS]
    elif with_the_carrier(answers):
        first = [TELECOM]
    elif value(answers, "order__sales_channel") in ON_A_MARKETPLACE:
        first = [PLATFORMS]
    return [*first, *(group for group in GROUPS if group not in first)]


def with_the_carrier(answers: Answers) -> bool:
    """Whether the carrier has the money, or the number is in service."""
    paid_to = value(answers, "payment__payee")
    return paid_to == Payee.CARRIER or stage_of(answers) is Stage.ACTIVATED


@dataclass(frozen=True, slots=True)
class Asked:
    """One filing that is asked about: by which channel, and which of several there."""

    channel: str
    nth: int = 1

    @property
    def stem(self) -> str:
        """What the names of its questions begin with: `police`, `police-2`."""
        return self.channel if self.nth == 1 else f"{self.channel}-{self.nth}"


@dataclass(frozen=True, slots=True)
class Group:
    """The questions about one filing as the page shows them; `last` has the button for another."""

    asked: Asked
    body: Words
    fields: list[forms.BoundField]
    last: bool
    full: bool


class FiledDetails(StepForm):
    """The questions for each filing, named `<channel>-<key>`, of a further one `<channel>-2-<key>`.

    How many there are of a channel comes with what is typed, as `<channel>-count`.
    """

    title = _("这些投诉的情况")

    def arrange(self) -> None:
        """Ask about each filing."""
        for asked in self.asked:
            for key, field in _questions(asked).items():
                self.fields[f"{asked.stem}-{key}"] = field

    @property
    def names_parties(self) -> bool:
        """Whether it is asked against whom, which needs the word 网盟."""
        return any(name.endswith("-against") for name in self.fields)

    @property
    def channels(self) -> list[str]:
        """The bodies chosen on the page before."""
        return value(self.answers, "filed_where") or []

    @property
    def asked(self) -> list[Asked]:
        """Every filing asked about, in the order of the page."""
        return [
            Asked(channel, nth)
            for channel in self.channels
            for nth in range(1, self.count(channel) + 1)
        ]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The name under which the page sends how many filings there are, and how many."""
        return [(_count_name(channel), self.count(channel)) for channel in self.channels]

    @property
    def groups(self) -> list[Group]:
        """The questions by filing."""
        return [self._group(asked) for asked in self.asked]

    def count(self, channel: str) -> int:
        """How many filings by one channel are asked about."""
        typed = self.data.get(_count_name(channel), "")
        return min(max(int(typed), 1), MOST_FILINGS) if re.fullmatch(r"[0-9]", typed) else 1

    def answer(self) -> dict[str, Any]:
        """`filed` as the contract wants it, the unknown left out.

        A report that is being heard has no outcome yet; that it is heard is kept beside it.
        """
        heard = [asked.stem for asked in self.asked if self._given(asked, "outcome") == HEARD]
        filed = {"filed": [self._filing(asked) for asked in self.asked]}
        months = {MONTHS: self.months} if self.months else {}
        return filed | months | ({HEARD_BY: heard} if heard else {})

    def typed(self, posted: QueryDict | MultiValueDict[str, str]) -> dict[str, list[str]]:
        """The same with the number of filings; 再添加一个 makes it one more, 去掉 one less."""
        button, _colon, pressed = posted.get("nav", "").partition(":")
        change = {ADD: 1, REMOVE: -1}.get(button, 0)
        counts = {
            channel: self.count(channel) + (change if channel == pressed else 0)
            for channel in self.channels
        }
        several = {_count_name(name): [str(each)] for name, each in counts.items() if each > 1}
        return super().typed(posted) | several

    def field_of(self, key: str) -> str | None:
        """`filed.0.closed_on` is asked as `police-closed_on`."""
        section, _dot, rest = key.partition(".")
        index, _dot, name = rest.partition(".")
        if section != "filed" or not index.isdecimal():
            return None
        return f"{self.asked[int(index)].stem}-{name}"

    def said(self, answer: Any) -> Iterator[tuple[Words, str]]:
        """Each answer under its body's label."""
        nth: Counter[str] = Counter()
        for filing in answer["filed"]:
            nth[filing["channel"]] += 1
            asked = Asked(filing["channel"], nth[filing["channel"]])
            given = {"outcome": HEARD} if asked.stem in answer.get(HEARD_BY, []) else {}
            for key, field in _questions(asked).items():
                month = answer.get(MONTHS, {}).get(f"{asked.stem}-{key}")
                yield field.label or "", field.said(month or {**filing, **given}.get(key))

    def _group(self, asked: Asked) -> Group:
        count = self.count(asked.channel)
        return Group(
            asked=asked,
            body=_name(asked),
            fields=[self[f"{asked.stem}-{key}"] for key in _questions(asked)],
            last=asked.nth == count,
            full=count == MOST_FILINGS,
        )

    def _given(self, asked: Asked, key: str) -> Any:
        return self.cleaned_data.get(f"{asked.stem}-{key}")

    def _filing(self, asked: Asked) -> dict[str, Any]:
        given = {key: self._given(asked, key) for key in _questions(asked)}
        known = {key: each for key, each in given.items() if each not in (None, HEARD)}
        return {"channel": asked.channel} | known


def _count_name(channel: str) -> str:
    return f"{channel}-count"


def _name(asked: Asked) -> Words:
    """The body's label; of a further filing there, also which one it is."""
    body = dict(labels(Channel))[asked.channel]
    if asked.nth == 1:
        return body
    return format_lazy(_("{body}（第 {nth} 件）"), body=body, nth=asked.nth)


def police_outcomes() -> Choices:
    """What the police do with a report; a case they took up has no outcome yet."""
    return [
        (HEARD, _("已受案")),
        (FilingOutcome.REFUSED.value, _("不受案，或让找别的部门")),
        (FilingOutcome.SETTLED.value, _("已有结果")),
    ]


def _questions(asked: Asked) -> dict[str, Question]:
    """The questions about one filing, each with its name, so that several can be told apart."""
    if asked.channel == Channel.POLICE:
        return _questions_about_police(asked)
    body = _name(asked)

    def of(label: Words) -> Words:
        return format_lazy(label, body=body)

    return {
        "against": Member(Party, label=of(_("{body}这件针对谁")), members=AGAINST),
        "on": ChineseDateField(label=of(_("{body}的提交日期"))),
        "reference": TextField(label=of(_("{body}的编号"))),
        "accepted_on": ChineseDateField(label=of(_("{body}的受理日期")), unknown=NOT_YET),
        "closed_on": ChineseDateField(label=of(_("{body}的办结日期")), unknown=NOT_YET),
        "outcome": Member(FilingOutcome, label=of(_("{body}的处理结果")), unknown=NO_RESULT),
    }


def _questions_about_police(asked: Asked) -> dict[str, Question]:
    """A report to the police is against nobody in particular."""

    def of(label: Words) -> Words:
        if asked.nth == 1:
            return label
        return format_lazy(_("{label}（第 {nth} 次）"), label=label, nth=asked.nth)

    return {
        "on": ChineseDateField(label=of(_("报案日期"))),
        "reference": TextField(label=of(_("报案回执或受案编号"))),
        "accepted_on": ChineseDateField(label=of(_("公安机关受案的日期")), unknown=NOT_YET),
        "closed_on": ChineseDateField(label=of(_("公安机关办结的日期")), unknown=NOT_YET),
        "outcome": OneOf(police_outcomes, label=of(_("公安机关的处理结果")), unknown=NO_RESULT),
    }
