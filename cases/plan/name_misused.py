"""What to do about the name a number stands in: look it up, go to the police."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.plan.due import Due, Proposed
from cases.vocabulary import When


def number_check(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    photos_gone = s.facts.consumer.uploaded_id_photos and s.facts.dealings.unreachable
    misused = s.activated_by_other or c.identity_misused(s)
    # Not even that there is an order is known: the numbers in one's name are the one thing to see.
    nothing_known = not (s.facts.order.placed_by_me or s.facts.order.placed_on or c.stage_known(s))
    in_doubt = misused or s.facts.consumer.unknown_numbers or photos_gone
    if nothing_known and not in_doubt and not c.number_check_shows_it(s):
        yield None, Due(When.NOW, "why_number_check_anyway")
    if in_doubt and not c.number_check_shows_it(s):
        yield None, Due(When.NOW, "why_number_check")


def police(assessment: Assessment) -> Iterator[Proposed]:
    if assessment.finds("police_matters"):
        misused = c.identity_misused(assessment.situation)
        yield None, Due(When.NOW, "why_police_identity" if misused else "why_police_money")
    elif c.activated_by_somebody_else(assessment.situation):
        yield None, Due(When.IF_NEEDED, "why_police_if_needed")
