"""Where people stop on the way through the questions, and which errors they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from cases.admin.tables import MOST_ROWS, Line, Period, Table, Words, share
from cases.models import DailyCount
from cases.services.counts import Counted
from cases.wizard.steps import BY_NAME

Kind = DailyCount.Kind
Counts = Counter[Counted]

CHECK = "check"
# The pages of the way, the one before submission last.
TITLES: Mapping[str, Words] = {
    **{name: step.form.title for name, step in BY_NAME.items()},
    CHECK: _("提交前请检查"),
}
# What is wrong, in short, by the code of the error; a code of none of these is shown as it is.
FAULTS: Mapping[str, Words] = {
    "required": _("没有回答"),
    "incomplete": _("没有填全"),
    "both": _("填了，又选了“不清楚”"),
    "not_alone": _("选了互相排斥的几项"),
    "invalid_choice": _("选项已经不在这一页上"),
    "impossible": _("和前面的回答对不上"),
    "day": _("日历上没有这一天"),
    "year": _("年份不是四位数"),
    "time": _("时间写法不对"),
    "digits": _("不是数字"),
    "range": _("数字超出范围"),
    "negative": _("小于 0"),
    "sum": _("不是金额"),
    "fen": _("多于两位小数"),
    "large": _("数字太大"),
    "of_age": _("已满 18 周岁"),
    "length": _("手机号的位数不对"),
    "postcode": _("不是邮编"),
    "max_length": _("写得太长"),
    "final": _("到这里不能继续"),
}


def counts(period: Period) -> Counts:
    """What was counted on the pages in the period."""
    found = DailyCount.objects.filter(on__range=period.span)
    rows = found.values_list("kind", "step", "field", "code").annotate(Sum("number"))
    return Counter({Counted(Kind(kind), *event): number for kind, *event, number in rows})


def tables(counted: Counts) -> tuple[Table, Table]:
    """The funnel and the errors."""
    return _funnel(counted), _errors(counted)


def _funnel(counted: Counts) -> Table:
    """The pages where most people stop, and beneath them all pages in the order of the flow."""
    seen = [name for name in TITLES if counted[Counted(Kind.SHOWN, name)]]
    worst = sorted(seen, key=lambda name: -_stopped(counted, name))[:MOST_ROWS]
    return Table(
        name="stops",
        title=_("停在哪一页"),
        head=(_("页面"), _("打开"), _("回答"), _("没有往下走"), _("比例")),
        lines=tuple(_page(counted, name) for name in worst if _stopped(counted, name)),
        drawn=(2,),
        folded=tuple(_page(counted, name) for name in seen),
        note=_("打开和回答按次数计：返回再答会多计一次回答，没有往下走的最少计为 0。"),
    )


def _stopped(counted: Counts, step: str) -> int:
    """Shown and not answered; who goes back and answers again is counted twice as answering."""
    return max(counted[Counted(Kind.SHOWN, step)] - counted[Counted(Kind.ANSWERED, step)], 0)


def _page(counted: Counts, step: str) -> Line:
    shown, stopped = counted[Counted(Kind.SHOWN, step)], _stopped(counted, step)
    cells: list[str | int] = [
        shown,
        counted[Counted(Kind.ANSWERED, step)],
        stopped,
        share(stopped, shown),
    ]
    return Line(TITLES[step], cells)


def _errors(counted: Counts) -> Table:
    """The questions that people are most often asked to mend, and why."""
    faults = [event for event in counted if event.kind == Kind.ERROR and event.step in BY_NAME]
    worst = sorted(faults, key=lambda event: (-counted[event], event))[:MOST_ROWS]
    return Table(
        name="errors",
        title=_("最常见的填写提示"),
        head=(_("问题"), _("提示"), _("次数")),
        lines=tuple(
            Line(_question(event), [str(FAULTS.get(event.code, event.code)), counted[event]])
            for event in worst
        ),
        drawn=(1,),
    )


def _question(event: Counted) -> str:
    form = BY_NAME[event.step].form
    field = form.base_fields.get(event.field)
    return str((field and field.label) or form.title)
