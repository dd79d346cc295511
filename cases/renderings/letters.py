"""Letters: the template of a channel filled from the facts; two blocks and the full text."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template import Context, Engine
from django.template.base import Template

from cases.assessment import cites_in_force
from cases.assessment.situation import ZERO, Situation
from cases.assessment.weighing import Finding, reasons
from cases.assessment.wording import yuan
from cases.knowledge.schema import Letter as LetterTemplate
from cases.plan import Action, ActionPlan
from cases.renderings.chronicle import Chronicle, addressee, long_day
from cases.renderings.citations import cite_text
from cases.vocabulary import Channel, Party, Payee, Promise, Stage, Strength

MOST_CITES = 2
# A ground of this weight is cited first, however many are stronger: that a child ordered.
ALWAYS_CITED = 95


class BlankInLetter(Exception):
    """A letter uses a variable that it was not given. The message is the variable's name."""


class _Raise(str):
    """Django asks `string_if_invalid` to format itself with the name of the missing variable."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        raise BlankInLetter(str(variable))


ENGINE = Engine(autoescape=False, string_if_invalid=_Raise("%s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A text to send by one channel. `facts` and `requests` are blocks of it, `text` all of it."""

    channel: Channel
    respondent: Party | None
    title: str
    facts: str
    requests: str
    text: str


def write_letters(plan: ActionPlan) -> tuple[Letter, ...]:
    """A letter for every action whose channel takes a text, in the order of the actions."""
    return tuple(write_letter(plan, action) for action in plan.actions if action.letter)


def write_letter(plan: ActionPlan, action: Action) -> Letter:
    """The letter of one action. Raises BlankInLetter when its template wants what it has not."""
    template = plan.assessment.situation.knowledge.letters[action.channel]
    values = _values(plan, action, template)
    values["facts"] = _render(template.facts, values)
    values["requests"] = _numbered(_render(template.requests, values))
    return Letter(
        channel=action.channel,
        respondent=action.respondent,
        title=template.head.title,
        facts=values["facts"],
        requests=values["requests"],
        text=_render(template.text, values),
    )


def _values(plan: ActionPlan, action: Action, template: LetterTemplate) -> dict[str, Any]:
    """Every variable a letter may use; `needs` in its front matter picks from these."""
    s = plan.assessment.situation
    head = template.head
    chronicle = Chronicle(s, me=head.me, them=head.them, about=action.respondent)
    consumer = s.facts.consumer
    available = {
        "facts": "",  # the blocks are filled in when they are rendered
        "requests": "",
        "me": head.me,
        "them": head.them,
        "title": head.title,
        "addressee": addressee(chronicle, action.respondent),
        "seller": chronicle.seller,
        "carrier": chronicle.carrier,
        "name": chronicle.signer,
        "phone": chronicle.text(consumer.phone, "phone"),
        "address": chronicle.text(consumer.address, "address"),
        "postcode": chronicle.text(consumer.postcode, "postcode"),
        "ticket": chronicle.text(s.facts.carrier.ticket, "ticket"),
        "complained_on": chronicle.day(s.facts.carrier.complained_on, "complained_on"),
        "complained": s.complained_to_carrier,
        "requested_on": chronicle.day(s.requested_on, "requested_on"),
        "number": chronicle.number,
        "order_number": chronicle.text(s.facts.order.number, "order_number"),
        "chronicle": "\n".join(chronicle.lines()),
        "order": "\n".join(chronicle.order()),
        "payment": "\n".join(chronicle.with_payee()),
        "transaction": chronicle.blank("transaction"),
        "grounds": _grounds(plan, action, template),
        "evidence": [s.label(item.id) for item in plan.evidence if item.have],
        "on": long_day(s.on),
        "answer_by": _answer_by(s, template),
        **_matters(s),
    }
    return {name: available[name] for name in head.needs}


def _matters(s: Situation) -> dict[str, Any]:
    """What is asked for: sums as text, or nothing; the rest as yes or no."""
    facts = s.facts
    owed = yuan(s.owed) if s.owed else ""
    with_carrier = Party.CARRIER in s.holders
    return {
        "owed": "" if with_carrier else owed,
        "owed_by_carrier": owed if with_carrier else "",
        "owed_unknown": s.owed is None and bool(s.holders),
        "to_individual": facts.payment.payee is Payee.INDIVIDUAL,
        "balance": yuan(s.balance) if s.balance else "",
        "deduction": yuan(facts.payment.deduction) if facts.payment.deduction else "",
        "free_order": s.owed == ZERO and not s.balance,
        "awaiting": s.stage is Stage.AWAITING_SUBMISSION,
        "submitted": s.stage is Stage.SUBMITTED,
        "provisioned": s.stage is Stage.PROVISIONED,
        "activated": s.stage is Stage.ACTIVATED,
        "closed": s.stage is Stage.CLOSED,
        "not_mine": s.stage is Stage.NOT_MINE,
        "by_other": s.activated_by_other,
        "id_photos": bool(facts.consumer.uploaded_id_photos),
        "misled": bool(facts.terms.misleading),
        "misleading": [s.label(point) for point in facts.terms.misleading or ()],
        "seven_days": Promise.SEVEN_DAY in (facts.terms.promises or ()),
        "unreachable": bool(facts.dealings.unreachable),
        "minor": bool(facts.consumer.minor),
        "carrier_unknown": facts.carrier.name is None,
        "off_platform": facts.payment.payee in (Payee.AFFILIATE, Payee.INDIVIDUAL),
        "reported": any(filing.channel is Channel.POLICE for filing in facts.filed),
        "iot": s.iot,
    }


def _answer_by(s: Situation, template: LetterTemplate) -> str:
    days = template.head.answer_days
    return long_day(s.on + timedelta(days=days)) if days else ""


def _grounds(plan: ActionPlan, action: Action, template: LetterTemplate) -> list[str]:
    """The strongest grounds against the letter's respondent, each tied to its facts."""
    grounds = plan.assessment.situation.knowledge.grounds
    findings = [
        finding
        for finding in plan.assessment.findings
        if finding.against is action.respondent
        and finding.strength is not Strength.NEEDS_FACT
        and grounds[finding.ground].in_letters
        and finding.ground in (template.head.grounds or (finding.ground,))
    ]
    findings.sort(key=lambda finding: grounds[finding.ground].weight < ALWAYS_CITED)
    return [_ground(plan, finding, template) for finding in findings[: template.head.citations]]


def _ground(plan: ActionPlan, finding: Finding, template: LetterTemplate) -> str:
    s, head = plan.assessment.situation, template.head
    arguable = finding.strength is Strength.ARGUABLE
    because = reasons(s, finding.conditions, me=head.me, them=head.them)
    return (
        s.knowledge.phrase(
            "ground_line_arguable" if arguable else "ground_line",
            me=head.me,
            because=because[-1],
            wording=s.knowledge.grounds[finding.ground].wording,
            citation=cite_text(
                s.knowledge, cites_in_force(s.knowledge, finding.ground, s.on)[:MOST_CITES]
            ),
        ).replace("。（", "（")
        + "。"
    )


@functools.lru_cache(maxsize=64)
def _template(source: str) -> Template:
    return ENGINE.from_string(source)


def _render(source: str, values: dict[str, Any]) -> str:
    text = _template(source).render(Context(values, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


def _numbered(block: str) -> str:
    """Lines of a block with numbers before them; empty ones fall away."""
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
