"""A blank sheet for those who help without a computer: questions, stages, bodies, evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.assessment import assess
from cases.assessment.stage import BY_PAGE, BY_PARCEL, BY_RECORD
from cases.assessment.wording import label
from cases.facts import read_facts
from cases.knowledge import Knowledge, load
from cases.knowledge.schema import Contact
from cases.lanes import DISPUTE_BODIES
from cases.plan import ActionPlan, make_plan
from cases.renderings import pdf
from cases.vocabulary import CarrierRecord, Channel, Stage, WarningId, When

KEPT_SECONDS = 24 * 60 * 60
# The record that decides each stage beyond doubt.
RECORDS: Mapping[Stage, CarrierRecord] = {
    Stage.AWAITING_SUBMISSION: CarrierRecord.NO_ORDER,
    Stage.SUBMITTED: CarrierRecord.NUMBER_RESERVED,
    Stage.PROVISIONED: CarrierRecord.AWAITING_ACTIVATION,
    Stage.ACTIVATED: CarrierRecord.ACTIVE,
    Stage.CLOSED: CarrierRecord.CANCELLED,
}
# The usual order: paid to the seller, nothing asked for yet.
USUAL: Mapping[str, Any] = {"payment": {"payee": "affiliate", "amount": "100.00"}}
CHANNELS = (
    Channel.CARRIER_COMPLAINT,
    Channel.TELECOM_ESCALATION,
    Channel.MARKETPLACE,
    Channel.PAYMENT_PROVIDER,
    Channel.MARKET_REGULATOR_COMPLAINT,
    Channel.CONSUMER_ASSOCIATION,
    Channel.GOVERNMENT_HOTLINE,
    Channel.SMALL_CLAIMS_COURT,
    Channel.NUMBER_CHECK,
    Channel.POLICE,
)
BEWARE = (
    WarningId.ONE_BODY_PER_DISPUTE,
    WarningId.DO_NOT_ACTIVATE,
    WarningId.NO_ID_IMAGES,
    WarningId.NO_ESCROW,
)
# How long a proof lasts, in the order of haste, and what is said where nothing more is known.
LASTING = {
    "days": _("随时可能变，请先留"),
    "months": _("过一段时间可能查不到"),
    "years": _("一般留得住"),
}


def as_pdf(questions: Iterable[object]) -> bytes:
    """The sheet, `questions` as `wizard.on_paper.questions` gives them, as PDF/UA-1.

    It is the same for everybody and kept for a day. Raises `pdf.RenderingFailed`.
    """
    html = as_html(questions)
    key = f"checklist.pdf:{hashlib.sha256(html.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = pdf.render(html)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def as_html(questions: Iterable[object]) -> str:
    """What `as_pdf` gives to the engine."""
    knowledge = load()
    context = {
        "questions": list(questions),
        "stages": [_stage(stage, knowledge) for stage in Stage],
        "bodies": [_body(channel, knowledge) for channel in CHANNELS],
        "evidence": list(_evidence(knowledge)),
        "beware": [knowledge.cautions[name] for name in BEWARE],
        "checked_on": knowledge.checked_on,
        "version": knowledge.version,
    }
    return render_to_string("checklist.html", context)


def _stage(stage: Stage, knowledge: Knowledge) -> dict[str, str]:
    """A stage, what shows it, and what the plan of the usual case does first."""
    plan = _usual_plan(stage, knowledge)
    first = [label(knowledge, a.channel) for a in plan.actions if a.when is When.NOW]
    return {
        "name": label(knowledge, stage),
        "record": _labels(BY_RECORD, stage, knowledge)
        or now_translated("不看记录，不是本人办的就算"),
        "page": _labels({**BY_PAGE, **BY_PARCEL}, stage, knowledge),
        "first": now_translated("、").join(first),
        "who": "".join(_responsible(plan, knowledge)),
    }


def _usual_plan(stage: Stage, knowledge: Knowledge) -> ActionPlan:
    record = RECORDS.get(stage)
    table = (
        {**USUAL, "signals": {"carrier_record": record}}
        if record
        else {"order": {"placed_by_me": False}}
    )
    on = knowledge.checked_on
    return make_plan(assess(read_facts(table, on=on), knowledge, on=on))


def _responsible(plan: ActionPlan, knowledge: Knowledge) -> Iterator[str]:
    for party, matter in plan.assessment.responsible:
        says = {"matter": label(knowledge, matter), "party": label(knowledge, party)}
        yield now_translated("%(matter)s找%(party)s。") % says


def _labels(table: Mapping[Any, Stage], stage: Stage, knowledge: Knowledge) -> str:
    """What points to a stage, in words, each once."""
    shown = [label(knowledge, signal) for signal, found in table.items() if found is stage]
    return now_translated("；").join(dict.fromkeys(shown))


def _body(channel: Channel, knowledge: Knowledge) -> dict[str, Any]:
    card = knowledge.channels[channel]
    return {
        "name": label(knowledge, channel),
        "alone": channel in DISPUTE_BODIES,
        "contacts": now_translated("；").join(_contact(contact) for contact in card.contacts),
        "can": "".join(card.can),
        "cannot": "".join(card.cannot),
        "precondition": card.precondition,
    }


def _contact(contact: Contact) -> str:
    return now_translated("%(label)s：%(value)s") % {"label": contact.label, "value": contact.value}


def _evidence(knowledge: Knowledge) -> Iterator[dict[str, str]]:
    """Every kind, what vanishes first before what lasts."""
    haste = list(LASTING)
    for kind, row in sorted(knowledge.evidence.items(), key=lambda row: haste.index(row[1].lasts)):
        vanishes = row.vanishes or str(LASTING[row.lasts])
        yield {"name": label(knowledge, kind), "how": row.how, "vanishes": vanishes}
