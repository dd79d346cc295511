"""What in the reviewed content somebody must look at again, and in which file it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import knowledge as content
from cases.admin.remark import page_name
from cases.admin.tables import Figure, Line, Period, Table, Words, label
from cases.knowledge import Knowledge
from cases.knowledge.schema import Law, Review
from cases.models import DailyCount, PageReport
from cases.views.reply import REPLY, UNKNOWN
from cases.vocabulary import Channel, EvidenceKind, Length

CONTENT = "cases/knowledge"
SOON = timedelta(days=30)
# How far back what happens on the pages is counted.
LOOK_BACK = 90


class Row(NamedTuple):
    """One thing to look at: what it is, what about it, and the file that must change."""

    what: Words
    why: str
    file: str

    @property
    def link(self) -> str:
        """Where the file can be read; empty where the desk was not told."""
        return f"{settings.REPOSITORY_URL}/{self.file}" if settings.REPOSITORY_URL else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Things of one kind; `nothing` is said when there are none, `hint` what to do otherwise."""

    name: str
    title: Words
    hint: Words
    nothing: Words
    rows: tuple[Row, ...]


class Reviewed(NamedTuple):
    """An item of the content with its review."""

    what: Words
    file: str
    review: Review


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The board; what people wrote is counted for those who may read it."""
    on, may_read = timezone.localdate(), request.user.has_perm("cases.view_pagereport")
    context = {
        **admin.site.each_context(request),
        "title": _("内容复查"),
        "sections": sections(content.load(), on),
        "replies": replies(on) if may_read else (),
        "remarks": remarks() if may_read else None,
        "look_back": LOOK_BACK,
    }
    return render(request, "desk/freshness.html", context)


def sections(knowledge: Knowledge, on: date) -> tuple[Section, ...]:
    """Everything about the content that is old, unsure or missing on a day."""
    return (
        Section(
            name="overdue",
            title=_("已过复查日"),
            hint=_("对照现行规定看一遍，改好内容，再把 [review] 的 on 和 again_by 写成新的日期。"),
            nothing=_("没有过了复查日的内容。"),
            rows=tuple(_due(knowledge, date.min, on - timedelta(days=1))),
        ),
        Section(
            name="soon",
            title=_("30 天内要复查"),
            hint=_("可以提前安排。"),
            nothing=_("30 天内没有要复查的内容。"),
            rows=tuple(_due(knowledge, on, on + SOON)),
        ),
        Section(
            name="calendar",
            title=_("节假日安排"),
            hint=_("国务院办公厅通知公布以后，照通知填好放假和调休，announced 写成 true。"),
            nothing=_("今年和明年的节假日安排都有了。"),
            rows=tuple(_calendar(knowledge, on)),
        ),
        Section(
            name="limits",
            title=_("字数上限没有核实"),
            hint=_("在对方的页面上核实以后，把 verified 写成 true。"),
            nothing=_("所有字数上限都核实过了。"),
            rows=tuple(_limits(knowledge)),
        ),
        Section(
            name="since",
            title=_("生效日期没有确认"),
            hint=_("查到官方文本的施行日期以后，改 since，去掉 since_known = false。"),
            nothing=_("引用的条文都有确认过的生效日期。"),
            rows=tuple(_unsure(knowledge)),
        ),
    )


def replies(on: date) -> tuple[Figure, ...]:
    """How many replies people had decoded lately, and how many nobody knew."""
    found = DailyCount.objects.filter(step=REPLY, on__range=Period(on, LOOK_BACK).span)
    counts = dict(found.values_list("code").annotate(Sum("number")))
    return (
        Figure(_("认出来的"), counts.get("", 0)),
        Figure(_("没认出来的"), counts.get(UNKNOWN, 0)),
    )


def remarks() -> Table:
    """The remarks about each page; the query is one of the list of remarks."""
    found = PageReport.objects.values_list("page").annotate(count=Count("pk"))
    return Table(
        name="remarks",
        title=_("用户对页面的意见"),
        head=(_("页面"), _("意见")),
        lines=tuple(
            Line(page_name(page), [count], f"?{urlencode({'page': page})}")
            for page, count in found.order_by("-count", "page")
        ),
    )


def _due(knowledge: Knowledge, first: date, last: date) -> Iterator[Row]:
    found = [each for each in _reviewed(knowledge) if first <= each.review.again_by <= last]
    words = now_translated("%(again_by)s 前要复查，上次 %(on)s")
    for what, file, review in sorted(found, key=lambda each: each.review.again_by):
        yield Row(what, words % {"again_by": review.again_by, "on": review.on}, file)


def _reviewed(knowledge: Knowledge) -> Iterator[Reviewed]:
    """Every item of the content that is reviewed, folder by folder."""
    for what, folder, id_, review in _items(knowledge):
        yield Reviewed(what, f"{CONTENT}/{folder}/{id_}.toml", review)
    for channel, letter in knowledge.letters.items():
        yield Reviewed(letter.head.title, f"{CONTENT}/letters/{channel}.md", letter.head.review)
    for id_, answer in knowledge.answers.items():
        yield Reviewed(answer.head.title, f"{CONTENT}/answers/{id_}.md", answer.head.review)
    yield Reviewed(_("诉讼费"), f"{CONTENT}/court_fee.toml", knowledge.court_fee.review)


def _items(knowledge: Knowledge) -> Iterator[tuple[Words, str, str, Review]]:
    for law_id, law in knowledge.laws.items():
        yield law.title, "laws", law_id, law.review
    for ground_id, ground in knowledge.grounds.items():
        yield ground.title, "grounds", ground_id, ground.review
    for period_id, period in knowledge.deadlines.items():
        yield period.title, "deadlines", period_id, period.review
    for channel, card in knowledge.channels.items():
        yield label(Channel, channel), "channels", channel, card.review
    for kind, evidence in knowledge.evidence.items():
        yield label(EvidenceKind, kind), "evidence", kind, evidence.review
    for circumstance_id, circumstance in knowledge.circumstances.items():
        yield circumstance.title, "circumstances", circumstance_id, circumstance.review
    for reply_id, reply in knowledge.replies.items():
        yield reply.says[0], "replies", reply_id, reply.review
    for clause_id, clause in knowledge.clauses.items():
        yield clause.title, "clauses", clause_id, clause.review
    for precaution_id, precaution in knowledge.precautions.items():
        yield precaution.text, "precautions", precaution_id, precaution.review
    for year, days in knowledge.calendar.items():
        holidays = now_translated("%(year)d 年节假日") % {"year": year}
        yield holidays, "calendar", str(year), days.review


def _calendar(knowledge: Knowledge, on: date) -> Iterator[Row]:
    for year in (on.year, on.year + 1):
        what = now_translated("%(year)d 年") % {"year": year}
        file = f"{CONTENT}/calendar/{year}.toml"
        if not (calendar := knowledge.calendar.get(year)):
            yield Row(what, now_translated("没有这个文件"), file)
        elif not calendar.announced:
            yield Row(what, now_translated("还没有填入公布的安排"), file)


def _limits(knowledge: Knowledge) -> Iterator[Row]:
    words = now_translated("%(length)s：%(characters)d 字")
    for channel, card in knowledge.channels.items():
        unsure = [
            words % {"length": label(Length, limit.length), "characters": limit.characters}
            for limit in card.limits
            if not limit.verified
        ]
        if unsure:
            file = f"{CONTENT}/channels/{channel}.toml"
            yield Row(label(Channel, channel), now_translated("；").join(unsure), file)


def _unsure(knowledge: Knowledge) -> Iterator[Row]:
    for id_, law in knowledge.laws.items():
        if unsure := _spans(law):
            yield Row(law.title, now_translated("、").join(unsure), f"{CONTENT}/laws/{id_}.toml")


def _spans(law: Law) -> list[str]:
    """The texts and articles of which only a floor is known."""
    texts = [version.name for version in law.versions if not version.since_known]
    return texts + [article.number for article in law.articles if not article.since_known]
