"""What an export says of a case: what the queue shows, the personal data, and whose copy it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.admin import columns
from cases.admin.masking import MASKS
from cases.encryption import DecryptionFailed
from cases.models import NO_DATE, Case, Export, Flag, Marketplace
from cases.renderings.case_table import Cell, Row
from cases.services.exports import Columns
from cases.vocabulary import Channel, Matter, table_name
from cases.wizard.answers import Answers, clean_answers, value

Words = str | Promise
UNREADABLE = _("无法解密")
OF_CASE: Mapping[str, tuple[Words, Callable[[Case], Cell]]] = {
    "public_id": (_("案件编号"), lambda case: columns.grouped(case.public_id)),
    "status": (_("状态"), lambda case: case.get_status_display()),
    "stage": (_("订单阶段"), columns.stage),
    "carrier": (_("运营商"), columns.carrier),
    "marketplace": (_("平台"), lambda case: _chosen(Marketplace, case.marketplace)),
    "problem": (_("主要问题"), lambda case: _label(Matter, case.problem)),
    "channel": (_("先走的渠道"), lambda case: _label(Channel, case.channel)),
    "amount": (_("金额（元）"), lambda case: "" if case.amount is None else case.amount),
    "submitted_at": (_("提交时间"), columns.submitted),
    "next_on": (_("下一个日期"), lambda case: _day(case)),
    "assignee": (_("经办人"), lambda case: case.assignee.get_username() if case.assignee else ""),
    "closed_reason": (_("结案原因"), lambda case: case.get_closed_reason_display()),
    "flags": (_("标记"), lambda case: _flags(case)),
    "tags": (_("标签"), lambda case: "、".join(tag.name for tag in case.tags.all())),
    "seller": (_("卖家"), columns.seller),
}
PERSONAL: Mapping[str, Words] = {
    "consumer__name": _("姓名"),
    "consumer__phone": _("电话"),
    "order__number": _("订单号"),
}
OF_EXPORT: Mapping[str, tuple[Words, Callable[[Export], Cell]]] = {
    "exported_by": (_("导出人"), lambda export: export.author.get_username()),
    "exported_at": (_("导出时间"), lambda export: _moment(export)),
    "exported_as": (_("导出编号"), lambda export: export.mark),
}


def all_columns() -> Columns:
    """The columns of every export."""
    heads = [
        *(str(head) for head, _cell in OF_CASE.values()),
        *map(str, PERSONAL.values()),
        *(str(head) for head, _cell in OF_EXPORT.values()),
    ]
    return Columns(names=[*OF_CASE, *PERSONAL], heads=heads, row=row)


def row(case: Case, export: Export) -> Row:
    """The cells of one case in one export."""
    return [
        *(_worded(cell(case)) for _head, cell in OF_CASE.values()),
        *_personal(case, masked=export.masked),
        *(cell(export) for _head, cell in OF_EXPORT.values()),
    ]


def _personal(case: Case, *, masked: bool) -> list[str]:
    try:
        answers = clean_answers(case.answers)
    except DecryptionFailed:
        return [str(UNREADABLE)] * len(PERSONAL)
    return [_shown(answers, name, masked=masked) for name in PERSONAL]


def _shown(answers: Answers, name: str, *, masked: bool) -> str:
    text = str(value(answers, name) or "")
    return MASKS[name](text) if text and masked else text


def _worded(cell: Cell) -> Cell:
    """The queue marks what there is not; a table leaves it empty."""
    return "" if cell == columns.NOTHING else cell


def _label(enum: type[Any], code: str) -> str:
    return columns.labelled(table_name(enum), code)


def _chosen(choices: type[models.TextChoices], code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _flags(case: Case) -> str:
    kinds = sorted(flag.kind for flag in case.flags.all())
    return "、".join(str(Flag.Kind(kind).label) for kind in kinds)


def _day(case: Case) -> str:
    return "" if case.next_on == NO_DATE else case.next_on.isoformat()


def _moment(export: Export) -> str:
    return f"{timezone.localtime(export.at):%Y-%m-%d %H:%M:%S}"
