"""Still 沟通: which bodies were asked already, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.vocabulary import Channel, FilingOutcome, Party
from cases.wizard.answers import value
from cases.wizard.fields import (
    ChineseDateField,
    Choices,
    Member,
    Members,
    OneOf,
    Question,
    TextField,
    Words,
    labels,
)
from cases.wizard.forms.base import StepForm

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
AGAINST = [party for party in Party if party is not Party.AUTHORITY]
NOT_YET = _("还没有，或不清楚")
NO_RESULT = _("还没有结果，或不清楚")
HEARD = "heard"
HEARD_BY = "heard_by"


class FiledWhere(StepForm):
    title = _("还在别处投诉或起诉过吗？")
    filed_where = Members(
        Channel, label=_("已经找过的部门或平台"), help_text=_("可以多选"), members=BODIES
    )


class FiledDetails(StepForm):
    """The questions for each body chosen before, named `<channel>-<key>`."""

    title = _("这些投诉的情况")

    def arrange(self) -> None:
        """Ask about each body that was chosen."""
        for channel, body in self._bodies():
            for key, field in _questions(channel, body).items():
                self.fields[f"{channel}-{key}"] = field

    @property
    def names_parties(self) -> bool:
        """Whether it is asked against whom, which needs the word 网盟."""
        return any(name.endswith("-against") for name in self.fields)

    @property
    def channels(self) -> list[str]:
        """The bodies chosen on the page before."""
        return value(self.answers, "filed_where") or []

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The questions by body, under its label."""
        for channel, body in self._bodies():
            yield str(body), [self[f"{channel}-{key}"] for key in _questions(channel, body)]

    def answer(self) -> dict[str, Any]:
        """`filed` as the contract wants it, the unknown left out.

        A report that is being heard has no outcome yet; that it is heard is kept beside it.
        """
        heard = [name for name in self.channels if self._given(name, "outcome") == HEARD]
        filed = {"filed": [self._filing(channel) for channel in self.channels]}
        return filed | ({HEARD_BY: heard} if heard else {})

    def field_of(self, key: str) -> str | None:
        """`filed.0.closed_on` is asked as `police-closed_on`."""
        section, _dot, rest = key.partition(".")
        index, _dot, name = rest.partition(".")
        if section != "filed" or not index.isdecimal():
            return None
        return f"{self.channels[int(index)]}-{name}"

    def said(self, answer: Any) -> Iterator[tuple[Words, str]]:
        """Each answer under its body's label."""
        body = dict(labels(Channel))
        for filing in answer["filed"]:
            channel = filing["channel"]
            given = {"outcome": HEARD} if channel in answer.get(HEARD_BY, []) else {}
            for key, field in _questions(channel, body[channel]).items():
                yield field.label or "", field.said({**filing, **given}.get(key))

    def _bodies(self) -> list[tuple[str, Words]]:
        label = dict(labels(Channel))
        return [(channel, label[channel]) for channel in self.channels]

    def _given(self, channel: str, key: str) -> Any:
        return self.cleaned_data.get(f"{channel}-{key}")

    def _filing(self, channel: str) -> dict[str, Any]:
        given = {key: self._given(channel, key) for key in _questions(channel, "")}
        known = {key: each for key, each in given.items() if each not in (None, HEARD)}
        return {"channel": channel} | known


def police_outcomes() -> Choices:
    """What the police do with a report; a case they took up has no outcome yet."""
    return [
        (HEARD, _("已受案")),
        (FilingOutcome.REFUSED.value, _("不受案，或让找别的部门")),
        (FilingOutcome.SETTLED.value, _("已有结果")),
    ]


def _questions(channel: str, body: Words) -> dict[str, Question]:
    """The questions about one body, each with its name, so that several can be told apart."""
    if channel == Channel.POLICE:
        return _questions_about_police()

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


def _questions_about_police() -> dict[str, Question]:
    """A report to the police is against nobody in particular."""
    return {
        "on": ChineseDateField(label=_("报案日期")),
        "reference": TextField(label=_("报案回执或受案编号")),
        "accepted_on": ChineseDateField(label=_("公安机关受案的日期"), unknown=NOT_YET),
        "closed_on": ChineseDateField(label=_("公安机关办结的日期"), unknown=NOT_YET),
        "outcome": OneOf(police_outcomes, label=_("公安机关的处理结果"), unknown=NO_RESULT),
    }
