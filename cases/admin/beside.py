"""What stands beside a form for words: what was said last, and what the person answered."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from cases.admin import dossier, timeline
from cases.admin.masking import NUMBERS_ONLY
from cases.models import Case
from cases.services import reveals


def context(case: Case, user: User) -> dict[str, Any]:
    """`said` and `facts`, masked as on the page of the case; nothing is revealed from here."""
    told, opened = dossier.told_by(case, timezone.localdate()), reveals.open_to(user, case)
    mask = told.mask(opened) if told else NUMBERS_ONLY
    return {
        "said": timeline.exchange(case, mask, opened),
        "facts": dossier.facts(told, opened, None, ()) if told else [],
        "damaged": told is None,
    }
