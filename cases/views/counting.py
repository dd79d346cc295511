"""What is counted of the way through the steps; only a POST counts, so that reading never writes.

A step is shown when an answer leads to it and answered when its form was accepted, both on the
way forward: changes made from the check page would blur how many got how far.
"""

from __future__ import annotations

from datetime import date

from django.forms import BaseForm

from cases import services
from cases.models import DailyCount
from cases.services.counts import Counted

Kind = DailyCount.Kind


def led_to(step: str, *, on: date) -> None:
    """Count that a first step is shown."""
    services.counts.count(Counted(Kind.SHOWN, step), on=on)


def went_on(step: str, following: str, *, on: date) -> None:
    """Count that a step was answered and the next one is shown."""
    services.counts.count(Counted(Kind.ANSWERED, step), Counted(Kind.SHOWN, following), on=on)


def shown_errors(step: str, form: BaseForm, *, on: date) -> None:
    """Count each fault that the page names: the question and the reason, not what was typed."""
    faults = [
        Counted(Kind.ERROR, step, field, error.code or "")
        for field, errors in form.errors.as_data().items()
        for error in errors
    ]
    services.counts.count(*faults, on=on)
