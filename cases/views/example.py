"""A finished plan of a case that was made up: nothing is asked, kept or counted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import vocabulary as v
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_pdf import as_pdf
from cases.views import submission
from cases.views.downloads import attached
from cases.views.plan_layout import laid_out

RETRY_SECONDS = 60
ORDERED_DAYS, ASKED_DAYS, REPLIED_DAYS = 9, 6, 5

log = logging.getLogger(__name__)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The plan's page, marked as an example and without what needs a case."""
    shown = _shown(timezone.localdate())
    return render(request, "plan/example.html", {**shown, "screen": True})


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same plan as a PDF. When it cannot be made, a page that leads back."""
    on = timezone.localdate()
    try:
        document = _document(on)
    except RenderingFailed as failure:
        log.warning("example: %s", failure)
        sorry = render(request, "plan/no_example_pdf.html", status=503)
        sorry["Retry-After"] = str(RETRY_SECONDS)
        return sorry
    response = HttpResponse(document, content_type="application/pdf")
    return attached(response, _("示例方案_%(on)s") % {"on": on}, f"example-plan-{on}", "pdf")


def answers(on: date) -> dict[str, dict[str, Any]]:
    """What the person of the example answered by `on`: a seller's site took the order and the
    money, says the number is reserved, and sends the person to the carrier."""

    def ago(days: int) -> str:
        return (on - timedelta(days=days)).isoformat()

    return {
        "order": {
            "order__placed_by_me": True,
            "order__placed_on": ago(ORDERED_DAYS),
            "order__sales_channel": v.SalesChannel.AFFILIATE_SITE,
            "order__seller_name": _("某某优选号卡（示例）"),
            "order__number": _("示例订单号"),
            "order__card_kind": v.CardKind.PERSONAL,
        },
        "payment": {
            "payment__payee": v.Payee.AFFILIATE,
            "payment__method": v.PaymentMethod.MERCHANT_WECHAT,
            "payment__amount": "68.00",
            "payment__paid_on": ago(ORDERED_DAYS),
        },
        "signs": {
            "signals__seller_page": v.SellerPage.SUBMITTED,
            "signals__parcel": v.Parcel.NOT_SENT,
            "signals__number_shown": True,
            "signals__activation_notice": False,
            "signals__service_works": False,
            "signals__used": False,
        },
        "carrier": {"carrier__name": v.CarrierName.CHINA_UNICOM, "carrier__complained": False},
        "dealings": {
            "dealings__requested": True,
            "dealings__requested_at": ago(ASKED_DAYS),
            "dealings__reply": v.SellerReply.SENT_TO_CARRIER,
            "dealings__replied_on": ago(REPLIED_DAYS),
            "dealings__reasons": [v.RefusalReason.NUMBER_RESERVED],
            "terms__promises": [],
            "terms__refund_rules_shown": False,
        },
        "evidence": {
            "evidence": [
                v.EvidenceKind.ORDER_PAGE,
                v.EvidenceKind.PAYMENT_RECORD,
                v.EvidenceKind.CHAT,
            ]
        },
    }


@lru_cache(maxsize=1)
def _content(on: date) -> Mapping[str, Any]:
    content, _knowledge_version, _summary = submission.build(answers(on), on)
    return content


@lru_cache(maxsize=1)
def _shown(on: date) -> Mapping[str, Any]:
    return laid_out(_content(on), None)


@lru_cache(maxsize=1)
def _document(on: date) -> bytes:
    return as_pdf(dict(_content(on)), code=_("示例（案件是编的）"))
