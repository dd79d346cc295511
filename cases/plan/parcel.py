"""What to do about the courier, where the card is stuck with it."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.plan.due import Due, Proposed
from cases.vocabulary import Parcel, When


def postal_escalation(assessment: Assessment) -> Iterator[Proposed]:
    """A courier is none of the parties of a case, so the respondent is nobody."""
    signals = assessment.situation.facts.signals
    if signals.parcel is Parcel.REFUSED and signals.returned_on is None:
        yield None, Due(When.IF_NEEDED, "why_postal")
