"""Cases as they lie on the desk, for the tests: one person's, with everything that is masked."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cases import services
from cases.models import Case, Plan
from cases.views import submission
from cases.wizard.steps import walk

ON = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NAME, PHONE, ADDRESS, POSTCODE = "林小满", "13800138000", "四川省成都市锦江区某某路8号", "610021"
ORDER, TICKET, REFERENCE = "TB20261114001", "LT20261116", "HM-2026-000871"
PERSONAL = (NAME, PHONE, ADDRESS, POSTCODE, ORDER, TICKET, REFERENCE)
SHOWN = ("林*", "138****8000", "〔已隐藏〕", "…114001", "…61116", "…000871")

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "situation": {"order__placed_by_me": True},
    "sales_channel": {"order__sales_channel": "marketplace"},
    "placed_on": {"order__placed_on": "2026-11-14"},
    "seller": {"order__marketplace": "淘宝", "order__seller_name": "畅联号卡店"},
    "card_kind": {"order__card_kind": "personal"},
    "payee": {"payment__payee": "marketplace"},
    "amount": {"payment__amount": "59.00", "payment__paid_on": "2026-11-14"},
    "method": {"payment__method": "marketplace_order"},
    "order_page": {"signals__seller_page": "submitted"},
    "parcel": {"signals__parcel": "not_sent"},
    "carrier": {"carrier__name": "china_unicom"},
    "carrier_record": {"signals__carrier_record": "number_reserved"},
    "carrier_complaint": {"carrier__complained": True},
    "carrier_ticket": {"carrier__complained_on": "2026-11-16", "carrier__ticket": TICKET},
    "carrier_reply": {"carrier__reply": "none"},
    "request": {"dealings__requested": True},
    "request_details": {"dealings__requested_at": "2026-11-16"},
    "seller_reply": {"dealings__reply": "sent_to_carrier"},
    "filed_where": {"filed_where": ["heimao"]},
    "filed_details": {"filed": [{"channel": "heimao", "reference": REFERENCE}]},
    "evidence": {"evidence": ["order_page", "chat"]},
    "names": {
        "consumer__name": NAME,
        "consumer__phone": PHONE,
        "consumer__address": ADDRESS,
        "consumer__postcode": POSTCODE,
        "order__number": ORDER,
    },
}


def answers_with(**steps: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The usual answers, some steps added to or changed."""
    answers = copy.deepcopy({step: dict(clean) for step, clean in ANSWERS.items()})
    for step, clean in steps.items():
        answers[step] = {**answers.get(step, {}), **clean}
    return answers


def draft(answers: Mapping[str, Mapping[str, Any]]) -> Case:
    """A case with these answers, each given as the wizard gives it."""
    case = services.answers.open_case()
    for step, clean in answers.items():
        case = answer(case, step, clean)
    return case


def answer(case: Case, step: str, clean: Mapping[str, Any]) -> Case:
    typed = {name: [str(value)] for name, value in clean.items()}
    return services.answers.save_step(
        case, step=step, typed=typed, clean=clean, version=case.version
    )


def submit(case: Case, *, key: str = "key") -> Plan:
    answers = {step: each["clean"] for step, each in case.answers.items()}
    plan, version, summary = submission.build(walk(answers).counted, ON)
    return services.plans.submit(
        case, key=key, on=ON, plan=plan, knowledge_version=version, summary=summary
    )


def submitted(**steps: Mapping[str, Any]) -> Case:
    """A submitted case, as it lies in the database."""
    case = draft(answers_with(**steps))
    submit(case)
    return Case.objects.get(pk=case.pk)
