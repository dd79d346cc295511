"""The PDFs of the last hour, sealed: a second download of an unchanged plan costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.core.cache import cache

from cases.encryption import DecryptionFailed, seal, unseal
from cases.models import Plan
from cases.renderings.plan_pdf import as_pdf

KEPT_SECONDS = 60 * 60


def kept_pdf(plan: Plan, *, code: str, chosen: Collection[str] | None) -> bytes:
    """The plan as `plan_pdf.as_pdf` makes it, made once an hour. Raises `pdf.RenderingFailed`."""
    return _kept(plan, chosen) or _made(plan, code, chosen)


def forget(plans: Iterable[UUID]) -> None:
    """Drop the PDFs of these plans."""
    cache.delete_many([_key(plan) for plan in plans])


def _kept(plan: Plan, chosen: Collection[str] | None) -> bytes | None:
    try:
        return unseal(cache.get(_key(plan.pk), ""), where=_place(plan, chosen))
    # Nothing there, or made for other channels: the seal is bound to those it was made for.
    except DecryptionFailed:
        return None


def _made(plan: Plan, code: str, chosen: Collection[str] | None) -> bytes:
    document = as_pdf(plan.content, code=code, chosen=chosen)
    cache.set(_key(plan.pk), seal(document, where=_place(plan, chosen)), KEPT_SECONDS)
    # The case may have been erased while the engine worked, and nobody would forget this one.
    if not Plan.objects.filter(pk=plan.pk).exists():
        forget([plan.pk])
    return document


def _key(plan: UUID) -> str:
    # One place a plan, so that an erasure knows every place without asking what was chosen.
    return f"plan.pdf:{plan}"


def _place(plan: Plan, chosen: Collection[str] | None) -> str:
    channels = "all" if chosen is None else ",".join(sorted(chosen))
    return f"{_key(plan.pk)}:{channels}"
