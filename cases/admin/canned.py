"""Canned answers, filled in from a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import knowledge
from cases.admin import columns
from cases.encryption import DecryptionFailed
from cases.knowledge.schema.answer import BRACES
from cases.models import NO_DATE, Case, Message
from cases.renderings.outline import outline
from cases.wizard.fields.typed import in_words


def offered(kind: Message.Kind) -> list[tuple[str, str]]:
    """Id and title of every canned answer of this kind."""
    answers = knowledge.load().answers
    return [(stem, each.head.title) for stem, each in answers.items() if each.head.kind == kind]


def filled(template: str, case: Case) -> str:
    """The text of a canned answer for a case; what the case does not say has a word for it."""
    text = knowledge.load().answers[template].text.strip()
    return BRACES.sub(lambda found: BLANKS[found[1]](case), text)


def asks(template: str) -> tuple[str, ...]:
    """What a canned request asks for."""
    return knowledge.load().answers[template].head.asks


def _carrier(case: Case) -> str:
    known = case.carrier not in ("", "unknown")
    return columns.carrier(case) if known else _("运营商")


def _first_step(case: Case) -> str:
    plan = case.plans.first()
    try:
        actions = outline(plan.content)["actions"] if plan else []
    except DecryptionFailed:
        actions = []
    return str(actions[0]["title"]) if actions else _("方案里写在最前面的那一件")


def _next_date(case: Case) -> str:
    return _("方案里没有") if case.next_on == NO_DATE else in_words(case.next_on)


def _order_stage(case: Case) -> str:
    return columns.stage(case) if case.stage else _("还不清楚")


def _seller(case: Case) -> str:
    name = columns.seller(case)
    return _("卖家") if name == columns.NOTHING else _("“%(name)s”") % {"name": name}


def _submitted_on(case: Case) -> str:
    return in_words(timezone.localdate(case.submitted_at)) if case.submitted_at else ""


# One for each of `schema.answer.BLANKS`.
BLANKS: Mapping[str, Callable[[Case], str]] = {
    "carrier": _carrier,
    "case_number": lambda case: columns.grouped(case.public_id),
    "first_step": _first_step,
    "next_date": _next_date,
    "order_stage": _order_stage,
    "seller": _seller,
    "submitted_on": _submitted_on,
}
