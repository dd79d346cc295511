"""What came in and how it ended in a period: by day, by reason, by carrier, by seller."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.admin.tables import (
    MOST_ROWS,
    NOTHING,
    Figure,
    Line,
    Period,
    Table,
    hidden,
    label,
    median,
    query_all,
)
from cases.models import CaseCount, CloseReason, Seller
from cases.models.case_count import FEWEST
from cases.vocabulary import CarrierName

Kind = CaseCount.Kind

CAME_AND_WENT = (Kind.SUBMITTED, Kind.CLOSED)
SUMMED = (
    *CAME_AND_WENT,
    Kind.REFUND_DAYS,
    Kind.CARRIER,
    Kind.CARRIER_DAYS,
    Kind.SELLER,
    Kind.SELLER_DAYS,
    Kind.CHANNEL,
    Kind.OUTCOME,
    Kind.HELPED,
)
# How many days one bar stands for, by the days of the period.
DAYS_A_BAR: Mapping[int, int] = {7: 1, 30: 5, 90: 15, 365: 31}
HEAD = (_("提交"), _("退款到账"), _("到账天数（中位数）"))

Sums = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one carrier or seller: how many came, and `{days: refunds}`."""

    key: str
    number: int
    refunds: Mapping[int, int]

    @property
    def days(self) -> int | None:
        """The days that a refund took, where enough of them are known not to tell of one."""
        return median(self.refunds) if sum(self.refunds.values()) >= FEWEST else None

    @property
    def cells(self) -> list[str | int]:
        """The numbers under HEAD."""
        days = self.days
        refunds = hidden(sum(self.refunds.values()))
        return [hidden(self.number), refunds, NOTHING if days is None else days]


def sums(period: Period) -> Sums:
    """`{kind: {key: number}}` of the period."""
    found = CaseCount.objects.filter(kind__in=SUMMED, on__range=period.span)
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in SUMMED}
    for kind, key, number in found.values_list("kind", "key").annotate(Sum("number")):
        if number > 0:
            by_kind[kind][key] = number
    return by_kind


def figures(counted: Sums) -> tuple[Figure, ...]:
    """What came, what ended, and how long a refund took."""
    refunds = {int(days): number for days, number in counted[Kind.REFUND_DAYS].items()}
    days = median(refunds)
    return (
        Figure(_("提交"), sum(counted[Kind.SUBMITTED].values())),
        Figure(_("结案"), sum(counted[Kind.CLOSED].values())),
        Figure(_("其中退款到账"), sum(refunds.values())),
        Figure(_("提交到退款的天数（中位数）"), NOTHING if days is None else days),
    )


def by_day(period: Period) -> Table:
    """Submitted and closed, a line for each few days."""
    length = DAYS_A_BAR[period.days]
    found = CaseCount.objects.filter(kind__in=CAME_AND_WENT, on__range=period.span)
    counts: Counter[tuple[int, str]] = Counter()
    for kind, day, number in found.values_list("kind", "on").annotate(Sum("number")):
        counts[(period.on - day).days // length, kind] += number
    bars = range((period.days - 1) // length, -1, -1)
    return Table(
        name="flow",
        title=_("提交和结案"),
        head=(_("日期"), _("提交"), _("结案")),
        lines=tuple(
            Line(_days(period, bar), [counts[bar, kind] for kind in CAME_AND_WENT]) for bar in bars
        ),
        drawn=(0, 1),
    )


def by_reason(counted: Sums) -> Table:
    """Why cases were closed."""
    counts = counted[Kind.CLOSED]
    found = sorted(counts, key=lambda reason: (-counts[reason], reason))
    return Table(
        name="reasons",
        title=_("结案原因"),
        head=(_("原因"), _("件数")),
        lines=tuple(Line(CloseReason(reason).label, [counts[reason]]) for reason in found),
        drawn=(0,),
    )


def by_carrier(counted: Sums) -> Table:
    """The carriers that were named, small numbers hidden."""
    found = _groups(counted[Kind.CARRIER], counted[Kind.CARRIER_DAYS])
    return Table(
        name="carriers",
        title=_("运营商"),
        head=(_("运营商"), *HEAD),
        lines=tuple(
            Line(label(CarrierName, g.key), g.cells, query_all(carrier=g.key) if g.key else None)
            for g in found
        ),
        drawn=(0,),
    )


def by_seller(counted: Sums) -> tuple[Table, Table]:
    """The sellers with the most cases, and the slowest ones; both only where there are enough."""
    found = _groups(counted[Kind.SELLER], counted[Kind.SELLER_DAYS])
    most = [group for group in found if group.number >= FEWEST][:MOST_ROWS]
    slow = [group for group in found if group.days is not None]
    slowest = sorted(slow, key=lambda group: -(group.days or 0))[:MOST_ROWS]
    names = _names({group.key for group in (*most, *slowest)})
    few = sum(0 < group.number < FEWEST for group in found)
    return (
        Table(
            name="sellers",
            title=_("案件最多的商家"),
            head=(_("商家"), *HEAD),
            lines=tuple(_seller(group, names) for group in most),
            drawn=(0,),
            note=now_translated("另有 %(few)d 家，每家少于 5 件。") % {"few": few} if few else "",
        ),
        Table(
            name="slowest",
            title=_("退款最慢的商家"),
            head=(_("商家"), *HEAD),
            lines=tuple(_seller(group, names) for group in slowest),
            drawn=(2,),
            note=_("只列这段时间里至少 5 件退款到账的商家。"),
        ),
    )


def _days(period: Period, bar: int) -> str:
    """11月22日, or 11月18日–11月22日."""
    length = DAYS_A_BAR[period.days]
    last = period.on - timedelta(days=bar * length)
    first = max(period.since, last - timedelta(days=length - 1))
    return "–".join(f"{day.month}月{day.day}日" for day in dict.fromkeys((first, last)))


def _groups(counts: Mapping[str, int], refunds: Mapping[str, int]) -> list[Group]:
    """Most cases first; the keys of `refunds` are carrier or seller, a colon, and the days."""
    days: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for key, number in refunds.items():
        name, _colon, took = key.rpartition(":")
        days[name][int(took)] = number
    found = (Group(key, counts.get(key, 0), days[key]) for key in {*counts, *days})
    return sorted(found, key=lambda group: (-group.number, group.key))


def _seller(group: Group, names: Mapping[str, str]) -> Line:
    name = names.get(group.key, now_translated("已删除的商家"))
    return Line(name, group.cells, query_all(seller=group.key))


def _names(keys: Collection[str]) -> dict[str, str]:
    found = Seller.objects.filter(pk__in=keys).values_list("pk", "name")
    return {str(key): name for key, name in found}
