"""Counting days: working days with 调休, months, years, each by its article of the Civil Code."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cases.knowledge import Knowledge
from cases.knowledge.citations import cite_text
from cases.knowledge.schema import CalendarYear, Period
from cases.vocabulary import Unit, Whose

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A counted period. `starts_on` is the day of the event, which does not count itself.

    `safe_on` is the last day without moving it past days of rest; `escalate_on`, for a period that
    is theirs, the day after the last one. `sum` is the counting in words. Nobody has to wait for
    the end of one that is `answered`.
    """

    id: str
    whose: Whose
    starts_on: date
    ends_on: date
    safe_on: date
    escalate_on: date | None
    statutory: bool
    estimated: bool
    sum: str
    source: str
    answered: bool = False


def count(
    name: str,
    knowledge: Knowledge,
    *,
    since: date,
    assumed: bool = False,
    event: str | None = None,
    answered: bool = False,
) -> Deadline:
    """The period `name` counted from the event on `since`; `assumed` when that day is our guess.

    `event` is the word for the event where it is not the usual one of the period.
    """
    period = knowledge.deadlines[name]
    number = period.at(since)
    safe_on = last_day(period.unit, number, since=since, calendar_years=knowledge.calendar)
    ends_on = rolled(safe_on, knowledge.calendar) if period.roll else safe_on
    theirs = period.whose is Whose.THEIRS
    deadline = Deadline(
        id=name,
        whose=period.whose,
        starts_on=since,
        ends_on=ends_on,
        safe_on=safe_on,
        escalate_on=ends_on + DAY if theirs else None,
        statutory=period.statutory,
        estimated=assumed or _unannounced(period, since, ends_on, knowledge.calendar),
        sum="",
        source=period.practice or _source(period, knowledge, since),
        answered=answered,
    )
    say = "sum_assumed" if assumed else "sum"
    words = _words(deadline, period, number, knowledge, say=say, event=event or period.event)
    return replace(deadline, sum="".join(words))


def _source(period: Period, knowledge: Knowledge, since: date) -> str:
    """The citations in force when the period began, or the first ones for any day before them."""
    in_force = [cite for cite in period.cites if knowledge.in_force(cite, since)]
    return cite_text(knowledge, in_force or period.cites[:1])


def last_day(
    unit: Unit, number: int, *, since: date, calendar_years: Mapping[int, CalendarYear]
) -> date:
    """The last day of `number` units after the event on `since`, not moved past days of rest."""
    match unit:
        case Unit.CALENDAR_DAYS:
            return since + number * DAY  # 民法典 201(1): the day of the event does not count
        case Unit.WORKING_DAYS:
            return _nth_working_day(number, since, calendar_years)
        case Unit.MONTHS:
            return add_months(since, number)
        case Unit.YEARS:
            return add_months(since, 12 * number)


def add_months(since: date, number: int) -> date:
    """The same day `number` months on, or the last day of a shorter month."""
    month = since.month - 1 + number
    year, month = since.year + month // 12, month % 12 + 1
    # 民法典 202: without a matching day the period ends on the last day of the month
    return date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


def is_working_day(day: date, calendar_years: Mapping[int, CalendarYear]) -> bool:
    """Monday to Friday without holidays, and the weekends announced as working days (调休)."""
    year = calendar_years.get(day.year)
    if year is not None and day in year.workdays:
        return True
    holiday = year is not None and any(off.first <= day <= off.last for off in year.off)
    return day.weekday() < 5 and not holiday


def rolled(day: date, calendar_years: Mapping[int, CalendarYear]) -> date:
    """The day itself, or the first working day after it."""
    # 民法典 203(1): a last day that is a day of rest moves to the day after the rest
    while not is_working_day(day, calendar_years):
        day += DAY
    return day


def announced(year: int, calendar_years: Mapping[int, CalendarYear]) -> bool:
    """Whether the official holiday notice of `year` is in the calendar."""
    return year in calendar_years and calendar_years[year].announced


def _nth_working_day(number: int, since: date, years: Mapping[int, CalendarYear]) -> date:
    day = since
    for _ in range(number):
        day = rolled(day + DAY, years)
    return day


def _unannounced(
    period: Period, since: date, ends_on: date, years: Mapping[int, CalendarYear]
) -> bool:
    if period.unit is Unit.WORKING_DAYS:
        return any(not announced(year, years) for year in range(since.year, ends_on.year + 1))
    return period.roll and not announced(ends_on.year, years)


def _words(
    d: Deadline, period: Period, number: int, knowledge: Knowledge, *, say: str, event: str
) -> Iterator[str]:
    phrase = knowledge.phrase
    yield phrase(
        say,
        start=chinese_day(d.starts_on),
        event=event,
        number=number,
        unit=phrase(f"sum_{period.unit}"),
        end=chinese_day(d.safe_on, near=d.starts_on),
    )
    if d.ends_on != d.safe_on:
        yield phrase("sum_rolled", end=chinese_day(d.ends_on, near=d.starts_on))
    if d.answered:
        yield phrase("sum_answered")
    elif d.escalate_on:
        yield phrase(
            "sum_after", day=chinese_day(d.escalate_on, near=d.starts_on), after=period.after
        )


def chinese_day(day: date, *, near: date | None = None) -> str:
    """11月16日 when `near` is in the same year or not given, else 2027年1月4日."""
    year = "" if near is None or near.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
