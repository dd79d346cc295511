"""When a channel is due: what every function says that proposes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from cases.assessment import Assessment
from cases.assessment.situation import Situation
from cases.vocabulary import Party, When


@dataclass(frozen=True, slots=True)
class Due:
    """When a channel is due; `why` names a phrase."""

    when: When
    why: str
    opens_on: date | None = None
    by: date | None = None


Proposed = tuple[Party | None, Due]
Proposal = Callable[[Assessment], Iterator[Proposed]]


def not_past(s: Situation, day: date | None) -> date | None:
    """A day to wait for; one that is over is none."""
    return day if day and day >= s.on else None
