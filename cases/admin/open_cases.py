"""What stands open at this moment: by stage and age, by when it is due, by who has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.auth.models import User
from django.db.models import Sum
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.admin import due
from cases.admin.filters import NOBODY
from cases.admin.tables import Figure, Line, Table, Words, label, query
from cases.models import CaseCount
from cases.vocabulary import Stage

Kind = CaseCount.Kind

# The last day of each span of ages; what is older comes last.
AGES = (3, 7, 15, 30)
SPANS: tuple[Words, ...] = (_("3 天内"), _("4–7 天"), _("8–15 天"), _("16–30 天"), _("超过 30 天"))


def figures(on: date) -> tuple[Figure, ...]:
    """How many are open, and how many of them are due when."""
    counts: Counter[str] = Counter()
    found = CaseCount.objects.filter(kind=Kind.DUE, number__gt=0)
    for day, number in found.values_list("on", "number"):
        counts[due.when_due(day, on)] += number
    urgent = (Figure(words, counts[when], query(due=when)) for when, words in due.LABELS.items())
    return Figure(_("未结"), counts.total(), query()), *urgent


def by_age(on: date) -> Table:
    """Stages down, days since submission across."""
    ages: dict[str, Counter[int]] = {}
    found = CaseCount.objects.filter(kind=Kind.OPEN, number__gt=0)
    for day, stage, number in found.values_list("on", "key", "number"):
        ages.setdefault(stage, Counter())[_span((on - day).days)] += number
    return Table(
        name="open",
        title=_("未结案件：订单阶段和提交后的天数"),
        head=(_("订单阶段"), *SPANS, _("合计")),
        lines=tuple(_stage(stage, ages[stage]) for stage in (*Stage, "") if stage in ages),
        drawn=tuple(range(len(SPANS))),
        stacked=True,
    )


def by_reviewer() -> Table:
    """How many each reviewer has; those that nobody has come first."""
    found = CaseCount.objects.filter(kind=Kind.LOAD).values_list("key").annotate(Sum("number"))
    counts = {key: number for key, number in found if number > 0}
    names = _names(key for key in counts if key)
    free = [Line(_("无人认领"), [counts.pop("")], query(assignee=NOBODY))] if "" in counts else []
    taken = [
        Line(names.get(key, now_translated("已删除的账号")), [counts[key]], query(assignee=key))
        for key in sorted(counts, key=lambda key: (-counts[key], key))
    ]
    return Table(
        name="load",
        title=_("未结案件：在谁手上"),
        head=(_("经办人"), _("未结")),
        lines=(*free, *taken),
        drawn=(0,),
        note=_("认领超时的案件仍记在原经办人名下，在队列里人人看得到，谁都可以接手。"),
    )


def _span(age: int) -> int:
    return sum(age > last for last in AGES)


def _stage(stage: str, ages: Mapping[int, int]) -> Line:
    cells = [ages[span] for span in range(len(SPANS))]
    return Line(label(Stage, stage), [*cells, sum(cells)], query(stage=stage) if stage else None)


def _names(keys: Iterable[str]) -> dict[str, str]:
    return {str(user.pk): user.get_username() for user in User.objects.filter(pk__in=[*keys])}
