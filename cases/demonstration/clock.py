"""The clock of the demonstration: what happens inside `at` happens at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

OPENS, CLOSES, SATURDAY = 9, 18, 5


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let Django's clock stand at `moment`.

    The services and the columns that fill themselves all ask `timezone.now`. The command that
    runs this is a process of its own, so nobody else is told the wrong time.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def later(rng: Random, *, minutes: tuple[int, int]) -> datetime:
    """Some minutes from now."""
    return timezone.now() + timedelta(minutes=rng.randint(*minutes))


def at_work(rng: Random, *, days: tuple[int, int]) -> datetime:
    """Some days from now, on a weekday in office hours, and not before now."""
    now = timezone.localtime()
    day = now.date() + timedelta(days=rng.randint(*days))
    opening = now.replace(hour=OPENS, minute=0)
    moment = opening + (day - now.date()) + rng.random() * timedelta(hours=CLOSES - OPENS)
    while moment <= now or moment.weekday() >= SATURDAY:
        moment += timedelta(days=1)
    return moment


def at_home(rng: Random, *, days: tuple[int, int]) -> datetime:
    """Some days from now, at an hour at which people are awake."""
    day = timezone.localdate() + timedelta(days=rng.randint(*days))
    hour = time(rng.randint(8, 22), rng.randint(0, 59))
    moment = datetime.combine(day, hour, tzinfo=timezone.get_current_timezone())
    return max(moment, timezone.now() + timedelta(minutes=30))
