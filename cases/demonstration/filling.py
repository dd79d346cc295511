"""Living through the months: every course in its turn, by the clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from cases.demonstration import courses, office
from cases.demonstration.clock import at
from cases.demonstration.courses import Moments
from cases.demonstration.office import Office
from cases.models import Case, Disposal
from cases.models.case import OPEN_TURNS
from cases.services import holds, proposals
from cases.services.holds import HoldReason
from cases.services.proposals import NothingToPropose

SEED = 2026
# A little less than what the schedule keeps, so that none is due the moment it is made.
SPAN = timedelta(days=178)
DRAFTS_SINCE = timedelta(days=25)
PICTURED_SINCE, PICTURED = timedelta(days=40), 10
REMARKS = (
    ("payee", "收款方写的是商户简称，不知道该选哪个。"),
    ("carrier_record", "运营商 App 里看不到这个状态，能不能加张图？"),
    ("stage", "这一页的图看懂了，谢谢。"),
    ("placed_on", "只记得大概是哪个月。"),
    ("plan", "希望可以直接转发给家里人。"),
    ("evidence", "聊天记录太长，不知道截哪一段。"),
)
# When a course begins, the number that tells it from the others, and the course.
Begun = tuple[datetime, int, Moments]


def fill(cases: int, *, until: datetime, say: Callable[[str], object]) -> None:
    """Fill an empty database with so many cases, lived up to `until`; all of it or nothing.

    `say` is told how far it is. The same numbers come out each time, but for numbers of cases,
    which nobody may guess.
    """
    rng = Random(SEED)  # noqa: S311 - nothing here is secret
    with transaction.atomic():
        with at(until - SPAN):
            desk = office.opened()
            office.list_sellers(desk)
        _live_through(_courses(rng, cases, desk, until), until, say)
        with at(until - timedelta(minutes=30)):
            _leave_for_the_newcomer(desk)


def _courses(rng: Random, cases: int, desk: Office, until: datetime) -> Iterator[Begun]:
    """The cases in the order in which they come, then what happens beside them."""
    begins = sorted(_begin(rng, until) for _case in range(cases))
    recent = [number for number, begin in enumerate(begins) if begin > until - PICTURED_SINCE]
    pictured = recent[:: max(1, len(recent) // PICTURED)][:PICTURED]
    for number, begin in enumerate(begins):
        yield begin, number, courses.case(rng, number, desk, pictured=number in pictured)
    beside = [
        *_visitors(rng, cases, until),
        *_decoded(rng, cases // 5, until),
        *_remarks(rng, until),
    ]
    for number, (begin, course) in enumerate(beside, start=cases):
        yield begin, number, course


def _visitors(rng: Random, number: int, until: datetime) -> Iterator[tuple[datetime, Moments]]:
    """People who go away before the end."""
    for each in range(number):
        begin = _begin(rng, until)
        draft = begin > until - DRAFTS_SINCE and rng.random() < 0.5
        yield begin, courses.visitor(rng, each, leaves_a_draft=draft)


def _decoded(rng: Random, number: int, until: datetime) -> Iterator[tuple[datetime, Moments]]:
    """People who let us say what a reply is worth."""
    for _each in range(number):
        yield _begin(rng, until), courses.decoded(known=rng.random() < 0.8)


def _remarks(rng: Random, until: datetime) -> Iterator[tuple[datetime, Moments]]:
    for number, (page, words) in enumerate(REMARKS):
        yield _begin(rng, until), courses.remark(page, words, address=f"192.0.2.{number}")


def _begin(rng: Random, until: datetime) -> datetime:
    """More of them lately than at first."""
    part = float(rng.random() ** 0.95)
    return until - SPAN * (1 - part) - timedelta(minutes=rng.randint(30, 600))


def _live_through(begun: Iterable[Begun], until: datetime, say: Callable[[str], object]) -> None:
    """Let each course go on when its moment comes; one whose moment is to come stays there."""
    waiting, month = list(begun), ""
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        moment, number, course = heapq.heappop(waiting)
        if month != f"{moment:%Y-%m}":
            month = f"{moment:%Y-%m}"
            say(month)
        with at(moment):
            following = next(course, None)
        if following:
            heapq.heappush(waiting, (following, number, course))


def _leave_for_the_newcomer(desk: Office) -> None:
    """A case on hold, a retired tag, and lists of cases that wait for somebody else to decide."""
    senior = desk.seniors[0]
    office.retire_tag(desk)
    for case in Case.objects.filter(turn__in=OPEN_TURNS).order_by("submitted_at")[:1]:
        holds.put(case, held=True, user=senior, reason=HoldReason.DISPUTE)
    for rule in (Disposal.Rule.SPAM, Disposal.Rule.SCHEDULE):
        try:
            proposals.propose(senior, rule)
        except NothingToPropose:
            continue
