"""The dossier on a seller for a tip to the authority: numbers of many cases, nothing of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.knowledge import load
from cases.models import Marketplace
from cases.models.case_count import FEWEST
from cases.renderings import pdf
from cases.renderings.glyphs import leaves_gaps
from cases.vocabulary import Party, Strength

# What is held against the carrier says nothing about the seller.
SELLERS = frozenset({Party.AFFILIATE, Party.MARKETPLACE_SELLER})
SPOKEN_FOR = frozenset({Strength.STRONG, Strength.ARGUABLE})
# Where the replies are counted: a case whose plan cannot be opened.
UNREAD = "unread"

Counts = Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the dossier is about, as the directory has it."""

    name: str
    names: Sequence[str]
    company: str
    licence_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One case in codes; `plan` is its newest plan's content, None when it cannot be read."""

    on: date
    stage: str
    problem: str
    carrier: str
    marketplace: str
    amount: Decimal | None
    plan: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: in words, the number or that it is small, and the law where there is."""

    name: str
    number: str
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One breakdown; `law` says whether its rows name one."""

    title: str | Promise
    head: str | Promise
    rows: Sequence[Row]
    note: str | Promise = ""
    law: bool = False


@dataclass(slots=True)
class Ground:
    """A reason that was found, in how many cases, and what it rests on."""

    title: str = ""
    number: int = 0
    law: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, finding: Mapping[str, Any]) -> None:
        """Count it once more, with the articles of each law in the order they came."""
        self.title, self.number = finding["title"], self.number + 1
        for cite in finding["citations"]:
            self.law[cite["title"]][cite["article"]] = None

    @property
    def cited(self) -> str:
        """《某法》第一条、第二条；《另一法》第三条."""
        laws = (f"《{law}》{'、'.join(articles)}" for law, articles in self.law.items())
        return "；".join(laws)


@dataclass(slots=True)
class Totals:
    """What many cases come to. Only codes and sums are kept of each."""

    number: int = 0
    unread: int = 0
    months: Counts = field(default_factory=Counter)
    stages: Counts = field(default_factory=Counter)
    problems: Counts = field(default_factory=Counter)
    carriers: Counts = field(default_factory=Counter)
    marketplaces: Counts = field(default_factory=Counter)
    replies: Counts = field(default_factory=Counter)
    evidence: Counts = field(default_factory=Counter)
    grounds: dict[str, Ground] = field(default_factory=lambda: defaultdict(Ground))
    amounts: list[Decimal] = field(default_factory=list)

    def add(self, told: Told) -> None:
        """Count one case."""
        self.number += 1
        self.months[f"{told.on:%Y-%m}"] += 1
        self.stages[told.stage] += 1
        self.problems[told.problem] += 1
        self.carriers[told.carrier] += 1
        self.marketplaces[told.marketplace] += 1
        if told.amount:
            self.amounts.append(told.amount)
        if told.plan is None:
            self.unread += 1
        else:
            self._read(told.plan)

    def _read(self, plan: Mapping[str, Any]) -> None:
        reply = plan.get("answers", {}).get("seller_reply", {})
        self.replies[reply.get("dealings__reply") or ""] += 1
        self.evidence.update({row["id"] for row in plan.get("evidence", ()) if row["have"]})
        spoken_for = [row for row in plan.get("findings", ()) if _against_the_seller(row)]
        for finding in {row["ground"]: row for row in spoken_for}.values():
            self.grounds[finding["ground"]].add(finding)


def total(cases: Iterable[Told]) -> Totals:
    """All of them counted, one at a time."""
    totals = Totals()
    for told in cases:
        totals.add(told)
    return totals


def as_pdf(subject: Subject, totals: Totals, *, on: date, made_by: str, most: int) -> bytes:
    """The dossier as PDF/UA-1, the same bytes for the same numbers on the same day.

    `most` is how many cases are looked at, the newest first. Raises `pdf.RenderingFailed`.
    """
    return pdf.render(as_html(subject, totals, on=on, made_by=made_by, most=most))


def as_html(subject: Subject, totals: Totals, *, on: date, made_by: str, most: int) -> str:
    """What `as_pdf` gives to the engine. At least FEWEST cases, the caller sees to it."""
    context = {
        "subject": subject,
        "totals": totals,
        "tables": list(_tables(totals)),
        "sums": _sums(totals),
        "on": on,
        "made_by": made_by,
        "most": most,
        "fewest": FEWEST,
        "version": load().version,
        "has_gaps": leaves_gaps("".join([subject.name, *subject.names, subject.company, made_by])),
    }
    return render_to_string("dossier/document.html", context)


def few(number: int) -> str:
    """The number in words, unless it is so small that it could tell of somebody."""
    if 0 < number < FEWEST:
        return now_translated("少于 %(fewest)d") % {"fewest": FEWEST}
    return str(number)


def told_apart(counts: Counts) -> tuple[Counts, int]:
    """The numbers that are told one by one, and the sum of the others, 0 for none.

    Each case is in one of them, so a single number left out could be worked out from the total.
    The small ones are told together, with the next smallest as long as their sum gives one of
    them away. Equal numbers stay together: nothing then shows which of them are the small ones.
    """
    largest_hidden = FEWEST - 1
    while True:
        hidden = [number for number in counts.values() if 0 < number <= largest_hidden]
        larger = [number for number in counts.values() if number > largest_hidden]
        if not (hidden and larger and _given_away(hidden)):
            told = {code: number for code, number in counts.items() if number > largest_hidden}
            return Counter(told), sum(hidden)
        largest_hidden = min(larger)


def _given_away(hidden: Sequence[int]) -> bool:
    """Whether the sum of these numbers tells one of them, or is too small itself."""
    return len(hidden) < 2 or sum(hidden) < FEWEST or min(hidden) == max(hidden) == FEWEST - 1


def _tables(totals: Totals) -> Iterator[Table]:
    yield Table(title=_("按提交月份"), head=_("月份"), rows=_months(totals.months))
    yield _table(_("订单到了哪一步"), _("阶段"), totals.stages, _labels("stage"))
    yield _table(_("主要诉求"), _("诉求"), totals.problems, _labels("matter"))
    yield _table(_("在哪里下单"), _("平台"), totals.marketplaces, _marketplaces())
    yield _table(_("号卡的运营商"), _("运营商"), totals.carriers, _labels("carrier_name"))
    yield Table(
        title=_("卖家怎样答复"),
        head=_("答复"),
        rows=_apart(totals.replies + Counter({UNREAD: totals.unread}), _replies()),
        note=_("当事人从固定选项中选择，不是卖家的原话。"),
    )
    yield Table(
        title=_("可以主张的依据"),
        head=_("依据"),
        rows=_grounds(totals.grounds),
        note=_("由规则对照各人填写的情况得出，不是对事实的认定。一个案件可以有几项。"),
        law=True,
    )
    yield Table(
        title=_("当事人手里的证据"),
        head=_("种类"),
        rows=_rows(totals.evidence, _labels("evidence_kind")),
        note=_("当事人自己填写有没有；原件由当事人保存。一个案件可以有几种。"),
    )


def _table(title: Promise, head: Promise, counts: Counts, labels: Mapping[str, str]) -> Table:
    return Table(title=title, head=head, rows=_apart(counts, labels))


def _apart(counts: Counts, labels: Mapping[str, str]) -> list[Row]:
    """A breakdown in which each case stands once: the most frequent first, the small ones last."""
    told, others = told_apart(counts)
    return [*_rows(told, labels), *_others(now_translated("其余各类合计"), others)]


def _others(name: str, number: int) -> list[Row]:
    return [Row(name=name, number=str(number))] if number else []


def _rows(counts: Counts, labels: Mapping[str, str]) -> list[Row]:
    """The most frequent first; of equal ones by their code, for those below FEWEST, too."""
    named = {"": now_translated("不清楚"), **labels}
    ordered = sorted(counts, key=lambda code: (-max(counts[code], FEWEST - 1), code))
    return [Row(name=named.get(code, code), number=few(counts[code])) for code in ordered]


def _months(counts: Counts) -> list[Row]:
    def name(month: str) -> str:
        year, number = month.split("-")
        return now_translated("%(year)s年%(month)d月") % {"year": year, "month": int(number)}

    told, others = told_apart(counts)
    months = [Row(name=name(month), number=str(told[month])) for month in sorted(told)]
    return [*months, *_others(now_translated("其余月份合计"), others)]


def _grounds(grounds: Mapping[str, Ground]) -> list[Row]:
    def order(name: str) -> tuple[int, str]:
        return -max(grounds[name].number, FEWEST - 1), name

    return [
        Row(
            name=grounds[name].title,
            number=few(grounds[name].number),
            law=grounds[name].cited,
        )
        for name in sorted(grounds, key=order)
    ]


def _sums(totals: Totals) -> dict[str, Any] | None:
    """Sum and median in yuan; None when so few are known that they would tell of one."""
    if len(totals.amounts) < FEWEST:
        return None
    return {
        "number": len(totals.amounts),
        "total": f"{sum(totals.amounts):,.2f}",
        "median": f"{median(totals.amounts):,.2f}",
    }


def _against_the_seller(finding: Mapping[str, Any]) -> bool:
    return finding["strength"] in SPOKEN_FOR and finding["against"] in SELLERS


def _labels(table: str) -> Mapping[str, str]:
    return load().labels[table]


def _replies() -> dict[str, str]:
    more = {"": now_translated("没有填写"), UNREAD: now_translated("方案无法读取")}
    return {**_labels("seller_reply"), **more}


def _marketplaces() -> dict[str, str]:
    return {code: str(label) for code, label in Marketplace.choices}
