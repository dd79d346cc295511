"""When a case's next date is: the same words and the same sums for list, filter and front page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.models import Turn

TODAY, OVER, WEEK, FAR = "today", "over", "week", "far"
SOON = timedelta(days=7)
LABELS: Mapping[str, Promise] = {TODAY: _("今天到期"), OVER: _("已过"), WEEK: _("未来 7 天")}


def rows_due(when: str, on: date) -> Q:
    """The cases that wait for the desk, due today, over, or within the week after `on`."""
    days = {
        TODAY: Q(next_on=on),
        OVER: Q(next_on__lt=on),
        WEEK: Q(next_on__gt=on, next_on__lte=on + SOON),
    }[when]
    return days & Q(turn=Turn.DESK)


def when_due(day: date, on: date) -> str:
    """Which of the four a next date is, seen on `on`."""
    if day <= on:
        return TODAY if day == on else OVER
    return WEEK if day <= on + SOON else FAR


def due_words(day: date, on: date) -> str:
    """How far away the day is; colour alone would not tell everybody."""
    days = abs((day - on).days)
    words = {
        TODAY: now_translated("今天到期"),
        OVER: now_translated("已过 %(days)d 天"),
        WEEK: now_translated("还有 %(days)d 天"),
        FAR: now_translated("还有 %(days)d 天"),
    }
    return words[when_due(day, on)] % {"days": days}
