"""Days of rest and working days of a year."""

from __future__ import annotations

from datetime import date

from cases.knowledge.schema.base import Content, Reviewed, Text


class DaysOff(Content):
    name: Text
    first: date
    last: date


class CalendarYear(Reviewed):
    """Days of rest on weekdays and working days at weekends (调休) of one year."""

    announced: bool
    notice: Text
    off: tuple[DaysOff, ...]
    workdays: tuple[date, ...] = ()
