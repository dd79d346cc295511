"""The front page of the desk in numbers: all from counters, none of which leads to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin import feedback, open_cases, outcomes, stops
from cases.admin.tables import Figure, Period, Table, Words
from cases.knowledge.reviews import overdue

# The periods one may look at, in days.
PERIODS: Mapping[int, Words] = {7: _("7 天"), 30: _("30 天"), 90: _("90 天"), 365: _("一年")}
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What stands open now, and what happened in a period."""

    open: tuple[Figure, ...]
    open_tables: tuple[Table, ...]
    period: Period
    outcomes: tuple[Figure, ...]
    outcome_tables: tuple[Table, ...]
    way_tables: tuple[Table, ...]
    periods: Mapping[int, Words]


def context(request: HttpRequest) -> dict[str, Any]:
    """The front page for this account; without the right to see cases there are no numbers."""
    on = timezone.localdate()
    may_look = request.user.has_perm("cases.view_case")
    return {
        "board": dashboard(on, days_asked(request.GET.get("days", ""))) if may_look else None,
        "overdue": overdue(knowledge.load(), on),
    }


def dashboard(on: date, days: int) -> Dashboard:
    """The page of a day, looking back over as many days, that one included."""
    period = Period(on, days)
    counted = outcomes.sums(period)
    return Dashboard(
        open=open_cases.figures(on),
        open_tables=(open_cases.by_age(on), open_cases.by_reviewer()),
        period=period,
        outcomes=outcomes.figures(counted),
        outcome_tables=(
            outcomes.by_day(period),
            outcomes.by_reason(counted),
            feedback.by_channel(counted),
            outcomes.by_carrier(counted),
            *outcomes.by_seller(counted),
        ),
        way_tables=stops.tables(stops.counts(period)),
        periods=PERIODS,
    )


def days_asked(asked: str) -> int:
    """The period asked for in the address; the usual one for anything else."""
    return next((days for days in PERIODS if str(days) == asked), USUAL_DAYS)
