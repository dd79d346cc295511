"""How cases ended, as their people tell it: kept, counted, taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases.models import Case, Event, Outcome, Plan
from cases.services import events, tallies
from cases.services.answers import locked

# What the log says of an answer that was deleted; the event of one that was given has no fields.
TAKEN_BACK = "taken_back"


class StaleOutcome(Exception):
    """Another tab told something else meanwhile; `current` is that, None when it took it back."""

    def __init__(self, *, current: Outcome | None) -> None:
        super().__init__("another tab told something else after this form was shown")
        self.current = current


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOutcome:
    """What a person tells; `money` is a member of Outcome.Money, the sum is in yuan."""

    money: str
    amount: Decimal | None = None
    refunded_on: date | None = None
    helped: str = ""


def of(case: Case) -> Outcome | None:
    """The row of the case, which may hold nothing but half an answer."""
    return Outcome.objects.filter(case=case).first()


def told(case: Case) -> Outcome | None:
    """What the person told; None as long as it is nothing, or half of it."""
    return Outcome.objects.filter(case=case, told_at__isnull=False).first()


@sensitive_variables("answer")
def tell(case: Case, answer: ToldOutcome, *, plan: Plan, version: int) -> Outcome:
    """Let this be what the case came to, and count it. Nothing else of the case changes.

    `version` is that of the outcome the form was shown with, 0 before the first. Telling the same
    again writes nothing. Raises StaleOutcome, and Case.DoesNotExist after an erasure.
    """
    with transaction.atomic():
        current = locked(case)
        kept = of(current) or Outcome(case=current)
        if kept.told_at and _said(kept) == answer:
            _forget_half(kept)
            return kept
        if kept.version != version:
            raise StaleOutcome(current=kept if kept.told_at else None)
        _write(current, kept, answer, plan)
        return kept


def take_back(case: Case) -> None:
    """Delete what was told, also what stands half typed; it is no longer counted.

    Raises Case.DoesNotExist after an erasure.
    """
    with transaction.atomic():
        current = locked(case)
        kept = of(current)
        if kept is None:
            return
        before, was_told = tallies.told(current, kept), kept.told_at is not None
        kept.delete()
        if was_told:
            events.record(Event.Kind.TOLD, actor="", case=current, fields=[TAKEN_BACK])
            tallies.move(before, Counter())


@sensitive_variables("typed")
def keep_half(case: Case, *, typed: Mapping[str, Sequence[str]]) -> None:
    """Keep what stands typed and is no answer yet; what was told goes on counting.

    Raises Case.DoesNotExist after an erasure.
    """
    half = {name: list(texts) for name, texts in typed.items()}
    with transaction.atomic():
        current = locked(case)
        kept = of(current)
        if kept is None and any(text for texts in half.values() for text in texts):
            Outcome.objects.create(case=current, half=half)
        elif kept is not None and kept.half != half:
            kept.half = half
            kept.save(update_fields=["half"])


def _write(case: Case, kept: Outcome, answer: ToldOutcome, plan: Plan) -> None:
    before = tallies.told(case, kept)
    for name, value in asdict(answer).items():
        setattr(kept, name, value)
    kept.plan, kept.knowledge_version = plan, plan.knowledge_version
    kept.told_at, kept.half = timezone.now(), None
    kept.version += 1
    kept.save()
    events.record(Event.Kind.TOLD, actor="", case=case)
    tallies.move(before, tallies.told(case, kept))


def _said(kept: Outcome) -> ToldOutcome:
    return ToldOutcome(
        money=kept.money,
        amount=kept.amount,
        refunded_on=kept.refunded_on,
        helped=kept.helped,
    )


def _forget_half(kept: Outcome) -> None:
    if kept.half is not None:
        kept.half = None
        kept.save(update_fields=["half"])
