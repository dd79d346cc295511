"""Counting days: by hand, at the ends of months, against two calendars that others made."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from cases.deadlines import (
    add_months,
    announced,
    chinese_day,
    count,
    is_working_day,
    last_day,
    rolled,
)
from cases.knowledge import Knowledge
from cases.vocabulary import Unit, Whose

DAY = timedelta(days=1)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + number * DAY for number in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(
    ("unit", "number", "since", "ends_on"),
    [
        # domain.md 5, worked checks
        (Unit.WORKING_DAYS, 7, date(2026, 11, 16), date(2026, 11, 25)),
        (Unit.WORKING_DAYS, 7, date(2026, 12, 24), date(2027, 1, 5)),
        (Unit.WORKING_DAYS, 5, date(2026, 9, 24), date(2026, 10, 9)),
        (Unit.WORKING_DAYS, 7, date(2026, 9, 22), date(2026, 10, 9)),
        (Unit.CALENDAR_DAYS, 15, date(2026, 11, 5), date(2026, 11, 20)),
        (Unit.MONTHS, 5, date(2026, 6, 15), date(2026, 11, 15)),
        (Unit.YEARS, 2, date(2024, 11, 15), date(2026, 11, 15)),
        # ends of months
        (Unit.MONTHS, 1, date(2026, 1, 31), date(2026, 2, 28)),
        (Unit.MONTHS, 1, date(2028, 1, 31), date(2028, 2, 29)),
        (Unit.MONTHS, 5, date(2026, 9, 30), date(2027, 2, 28)),
        (Unit.MONTHS, 12, date(2026, 12, 31), date(2027, 12, 31)),
        (Unit.YEARS, 1, date(2028, 2, 29), date(2029, 2, 28)),
        (Unit.YEARS, 3, date(2026, 2, 28), date(2029, 2, 28)),
    ],
)
def test_it_counts(
    unit: Unit, number: int, since: date, ends_on: date, knowledge: Knowledge
) -> None:
    counted = last_day(unit, number, since=since, calendar_years=knowledge.calendar)

    assert counted == ends_on


@pytest.mark.parametrize(
    ("delivered_on", "safe_on", "ends_on"),
    [
        (date(2026, 9, 24), date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 11, 14), date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 10), date(2026, 11, 17), date(2026, 11, 17)),
        (date(2026, 2, 7), date(2026, 2, 14), date(2026, 2, 14)),
    ],
    ids=["into the October holiday", "Saturday", "Tuesday", "Saturday that is worked"],
)
def test_a_period_of_mine_moves_past_days_of_rest(
    delivered_on: date, safe_on: date, ends_on: date, knowledge: Knowledge
) -> None:
    deadline = count("withdrawal_7d", knowledge, since=delivered_on)

    assert (deadline.safe_on, deadline.ends_on) == (safe_on, ends_on)
    assert deadline.escalate_on is None
    assert not deadline.estimated


def test_a_period_of_theirs_never_moves(knowledge: Knowledge) -> None:
    deadline = count("carrier_reply_15d", knowledge, since=date(2026, 9, 20))

    assert deadline.ends_on == deadline.safe_on == date(2026, 10, 5)
    assert deadline.escalate_on == date(2026, 10, 6)


def test_the_sum_stands_in_words(knowledge: Knowledge) -> None:
    deadline = count("carrier_reply_15d", knowledge, since=date(2026, 11, 16))

    assert deadline.sum == "11月16日投诉（当日不计）＋15日＝12月1日；12月2日起可申诉"


def test_a_sum_that_moves_says_so(knowledge: Knowledge) -> None:
    deadline = count("withdrawal_7d", knowledge, since=date(2026, 9, 24))

    assert deadline.sum == "9月24日签收（当日不计）＋7日＝10月1日，遇休息日顺延至10月8日"


def test_a_sum_into_the_next_year_names_it(knowledge: Knowledge) -> None:
    deadline = count("carrier_reply_15d", knowledge, since=date(2026, 12, 20))

    assert deadline.sum == "12月20日投诉（当日不计）＋15日＝2027年1月4日；2027年1月5日起可申诉"


def test_an_answer_ends_the_waiting(knowledge: Knowledge) -> None:
    deadline = count("carrier_reply_15d", knowledge, since=date(2026, 11, 19), answered=True)

    assert deadline.escalate_on == date(2026, 12, 5)
    assert deadline.sum == "11月19日投诉（当日不计）＋15日＝12月4日；对方已经答复，不用等到这一天"


def test_a_guessed_start_says_so(knowledge: Knowledge) -> None:
    deadline = count("carrier_reply_15d", knowledge, since=date(2026, 11, 22), assumed=True)

    assert deadline.estimated
    assert deadline.sum.startswith("若11月22日")


@pytest.mark.parametrize(
    ("name", "since", "estimated"),
    [
        ("regulator_decision_7wd", date(2026, 11, 16), False),
        ("regulator_decision_7wd", date(2026, 12, 24), True),
        ("practice_awaiting_submission_3wd", date(2026, 12, 31), True),
        ("withdrawal_7d", date(2026, 12, 20), False),
        ("withdrawal_7d", date(2026, 12, 26), True),
        # Natural days that never move do not ask for a calendar.
        ("carrier_reply_15d", date(2026, 12, 24), False),
        ("mediation_60d", date(2026, 12, 24), False),
        ("escalation_fee_5m", date(2026, 12, 24), False),
    ],
)
def test_a_year_without_a_notice_is_estimated_where_it_matters(
    name: str, since: date, estimated: bool, knowledge: Knowledge
) -> None:
    assert count(name, knowledge, since=since).estimated is estimated


def test_every_period_counts_and_says_whose_and_by_what(knowledge: Knowledge) -> None:
    for name, period in knowledge.deadlines.items():
        deadline = count(name, knowledge, since=date(2026, 11, 16))

        assert deadline.starts_on < deadline.safe_on <= deadline.ends_on
        assert (deadline.escalate_on is not None) is (period.whose is Whose.THEIRS)
        assert deadline.source
        assert "（当日不计）＋" in deadline.sum
        assert deadline.statutory is not name.startswith("practice_")


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_calendar_agrees_with_chinese_calendar(year: int, knowledge: Knowledge) -> None:
    ours = {day for day in days_of(year) if is_working_day(day, knowledge.calendar)}

    assert ours == {day for day in days_of(year) if chinese_calendar.is_workday(day)}


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_calendar_agrees_with_holidays(year: int, knowledge: Knowledge) -> None:
    theirs = holidays.country_holidays("CN", years=year)
    ours = {day for day in days_of(year) if is_working_day(day, knowledge.calendar)}

    assert ours == {day for day in days_of(year) if theirs.is_working_day(day)}


def test_only_years_with_a_notice_are_announced(knowledge: Knowledge) -> None:
    years = [year for year in range(2024, 2030) if announced(year, knowledge.calendar)]

    assert years == [2025, 2026]


def test_the_statutory_days_of_the_estimated_year_are_thirteen(knowledge: Knowledge) -> None:
    off = knowledge.calendar[2027].off

    assert sum((holiday.last - holiday.first).days + 1 for holiday in off) == 13


def test_a_working_day_stays_where_it_is(knowledge: Knowledge) -> None:
    assert rolled(date(2026, 11, 23), knowledge.calendar) == date(2026, 11, 23)
    assert rolled(date(2026, 2, 15), knowledge.calendar) == date(2026, 2, 24)


def test_months_go_backwards_over_no_year() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_day_names_its_year_only_when_it_is_another() -> None:
    assert chinese_day(date(2026, 11, 16)) == "11月16日"
    assert chinese_day(date(2027, 1, 4), near=date(2026, 12, 24)) == "2027年1月4日"
    assert chinese_day(date(2026, 12, 4), near=date(2026, 11, 24)) == "12月4日"
