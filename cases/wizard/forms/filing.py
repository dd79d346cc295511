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
    Member,
    Members,
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
BODIES = [channel for channel in Channel if channel not in ELSEWHERE]
AGAINST = [party for party in Party if party is not Party.AUTHORITY]
NOT_YET = _("还没有，或不清楚")


class FiledWhere(StepForm):
    title = _("还在别处投诉或起诉过吗？")
    filed_where = Members(
        Channel, label=_("已经找过的部门或平台"), help_text=_("可以多选"), members=BODIES
    )


class FiledDetails(StepForm):
    """Six questions for each body chosen before, named `<channel>-<key>`."""

    title = _("这些投诉的情况")

    def arrange(self) -> None:
        """Ask about each body that was chosen."""
        for channel, body in self._bodies():
            for key, field in _questions(body).items():
                self.fields[f"{channel}-{key}"] = field

    @property
    def channels(self) -> list[str]:
        """The bodies chosen on the page before."""
        return value(self.answers, "filed_where") or []

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The questions by body, under its label."""
        for channel, body in self._bodies():
            yield str(body), [self[f"{channel}-{key}"] for key in _questions(body)]

    def answer(self) -> dict[str, Any]:
        """`filed` as the contract wants it, the unknown left out."""
        return {"filed": [self._filing(channel) for channel in self.channels]}

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
            for key, field in _questions(body[filing["channel"]]).items():
                yield field.label or "", field.said(filing.get(key))

    def _bodies(self) -> list[tuple[str, Words]]:
        label = dict(labels(Channel))
        return [(channel, label[channel]) for channel in self.channels]

    def _filing(self, channel: str) -> dict[str, Any]:
        given = {key: self.cleaned_data.get(f"{channel}-{key}") for key in _questions("")}
        return {"channel": channel} | {key: each for key, each in given.items() if each is not None}


def _questions(body: Words) -> dict[str, Question]:
    """The questions about one body, each with its name, so that several can be told apart."""

    def of(label: Words) -> Words:
        return format_lazy("{}：{}", body, label)

    return {
        "against": Member(Party, label=of(_("针对谁")), members=AGAINST),
        "on": ChineseDateField(label=of(_("提交日期"))),
        "reference": TextField(label=of(_("编号"))),
        "accepted_on": ChineseDateField(label=of(_("受理日期")), unknown=NOT_YET),
        "closed_on": ChineseDateField(label=of(_("办结日期")), unknown=NOT_YET),
        "outcome": Member(FilingOutcome, label=of(_("结果")), unknown=_("还没有结果，或不清楚")),
    }
