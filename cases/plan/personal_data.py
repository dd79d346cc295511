"""What to do about personal data that went astray: the cyberspace administration, spam reports."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.plan.due import Due, Proposed
from cases.vocabulary import Party, SellerReply, When


def cyberspace_administration(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if c.not_mine(s):
        yield Party.CARRIER, Due(When.IF_NEEDED, "why_cyberspace_not_mine")
    elif c.id_photos_uploaded(s) and _no_help_from_seller(s):
        yield s.seller, Due(When.IF_NEEDED, "why_cyberspace")


def _no_help_from_seller(s: Situation) -> bool:
    return s.facts.dealings.reply is SellerReply.REFUSED or c.seller_unreachable(s)


def spam_report(assessment: Assessment) -> Iterator[Proposed]:
    """Who calls is not known, so nobody is complained about."""
    s = assessment.situation
    photos_gone = c.id_photos_uploaded(s) and c.seller_unreachable(s)
    if c.not_mine(s) or photos_gone:
        yield None, Due(When.IF_NEEDED, "why_spam_report")
