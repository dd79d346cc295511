"""What people told of the end: on the page of a case, and in numbers on the front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.admin.outcomes import Sums
from cases.admin.tables import NOTHING, Line, Table, hidden, label, query_all
from cases.models import Case, CaseCount, Outcome
from cases.models.case_count import FEWEST
from cases.services import outcomes
from cases.views.outcomes import said
from cases.vocabulary import Channel

Kind = CaseCount.Kind

# What is told apart of the answers; the others had no money to get back.
SAID = (Outcome.Money.ALL, Outcome.Money.PART, Outcome.Money.NONE)
HEAD = (
    _("先走的渠道"),
    _("反馈 / 提交"),
    *(money.label for money in SAID),
    _("说它起了作用"),
)


@dataclass(frozen=True, slots=True)
class Reports:
    """What was told of the cases of some channels.

    `submitted` is how many of them came, `money` `{member of Outcome.Money: how many}`, and
    `helped` how many people named one of these channels, whichever their plan began with.
    """

    channels: tuple[str, ...]
    submitted: int
    money: Mapping[str, int]
    helped: int

    @property
    def number(self) -> int:
        """How many told anything."""
        return sum(self.money.values())

    @property
    def cells(self) -> list[str | int]:
        """The numbers under HEAD; of a few reports only that there are few."""
        of = f"{hidden(self.number)} / {hidden(self.submitted)}"
        if self.number < FEWEST:
            return [of, *(NOTHING for _money in SAID), hidden(self.helped)]
        return [of, *(hidden(self.money.get(money, 0)) for money in SAID), hidden(self.helped)]


def context(case: Case) -> dict[str, Any]:
    """The outcome and its answers in words; None and none where nothing was told."""
    outcome = outcomes.told(case)
    return {"outcome": outcome, "outcome_said": said(outcome) if outcome else []}


def by_channel(counted: Sums) -> Table:
    """How cases ended in the people's own words, by the channel that their plan began with.

    Channels of which few told anything stand together in one line.
    """
    every = [_reports(counted, code) for code in _channels(counted)]
    every.sort(key=lambda each: (-each.number, -each.submitted, each.channels))
    many = [each for each in every if each.number >= FEWEST]
    few = [each for each in every if each.number < FEWEST]
    told = any(each.number for each in every)
    return Table(
        name="told",
        title=_("结果（本人反馈）"),
        head=HEAD,
        lines=tuple(_line(each) for each in [*many, *_together(few)]) if told else (),
        note=_note(counted[Kind.HELPED]) if told else "",
    )


def _channels(counted: Sums) -> set[str]:
    told = {key.rpartition(":")[0] for key in counted[Kind.OUTCOME]}
    return {*counted[Kind.CHANNEL], *told, *(set(counted[Kind.HELPED]) & set(Channel))}


def _reports(counted: Sums, code: str) -> Reports:
    reports = counted[Kind.OUTCOME]
    money = {str(each): reports.get(f"{code}:{each}", 0) for each in Outcome.Money}
    submitted, helped = (counted[kind].get(code, 0) for kind in (Kind.CHANNEL, Kind.HELPED))
    return Reports((code,), submitted, money, helped)


def _together(few: Sequence[Reports]) -> list[Reports]:
    """Their sum; one by itself stays itself, none is none."""
    if len(few) < 2:
        return list(few)
    money: Counter[str] = Counter()
    for each in few:
        money.update(each.money)
    channels = tuple(code for each in few for code in each.channels)
    submitted, helped = sum(each.submitted for each in few), sum(each.helped for each in few)
    return [Reports(channels, submitted, money, helped)]


def _line(reports: Reports) -> Line:
    if len(reports.channels) > 1:
        name = now_translated("其余 %(number)d 个渠道") % {"number": len(reports.channels)}
        return Line(name, reports.cells)
    code = reports.channels[0]
    return Line(label(Channel, code), reports.cells, query_all(channel=code) if code else None)


def _note(helped: Mapping[str, int]) -> str:
    other, unclear = (hidden(helped.get(code, 0)) for code in (Outcome.OTHER, Outcome.UNCLEAR))
    words = now_translated(
        "本人自愿填写，没有核实，也不代表没有反馈的案件。按提交日算；没有涉及钱的也算反馈。"
        "“说它起了作用”不分方案先走哪个渠道；说是别的办法的 %(other)s，说不清的 %(unclear)s。"
    )
    return words % {"other": other, "unclear": unclear}
