"""What the desk says of a case in a word or two: for its lists and for the head of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin import due
from cases.admin.masking import NUMBERS_ONLY
from cases.encryption import DecryptionFailed
from cases.models import NO_DATE, NOT_WAITING, Case, Flag

NOTHING = "—"
# A row of the queue has room for a word only; in the order in which they stand there.
SHORT: Mapping[str, Promise] = {
    Flag.Kind.REPLIED: _("有回复"),
    Flag.Kind.CONTRADICTION: _("矛盾"),
    Flag.Kind.MINOR: _("未成年"),
    Flag.Kind.FRAUD: _("疑似诈骗"),
    Flag.Kind.OFF_PLATFORM: _("平台外付款"),
    Flag.Kind.NOT_MINE: _("非本人"),
    Flag.Kind.AGAIN: _("重复"),
    Flag.Kind.TOO_FAST: _("过快"),
}


def grouped(public_id: str) -> str:
    """`ABCD-EFGH`."""
    return f"{public_id[:4]}-{public_id[4:]}"


def labelled(table: str, code: str) -> str:
    """The Chinese label of a code; a dash for none."""
    return knowledge.load().labels[table].get(code, code) or NOTHING


def stage(case: Case) -> str:
    """The stage in words."""
    return labelled("stage", case.stage)


def carrier(case: Case) -> str:
    """The carrier in words."""
    return labelled("carrier_name", case.carrier)


def seller(case: Case) -> str:
    """The seller as it was typed, without numbers; a damaged cell says so."""
    try:
        return NUMBERS_ONLY.text(case.seller) if case.seller else NOTHING
    except DecryptionFailed:
        return now_translated("无法解密")


def amount(case: Case) -> str:
    """The sum in yuan."""
    return NOTHING if case.amount is None else f"{case.amount:.2f}"


def submitted(case: Case) -> str:
    """The moment in China time."""
    if case.submitted_at is None:
        return now_translated("草稿")
    return f"{timezone.localtime(case.submitted_at):%Y-%m-%d %H:%M}"


def next_date(case: Case) -> str:
    """The next date, and how far away it is, in a word and a colour.

    Where nobody waits for the desk, the status stands in the place of the haste.
    """
    if case.next_on == NO_DATE:
        return NOTHING
    on, day = timezone.localdate(), case.next_on
    kind, words = due.when_due(day, on), due.due_words(day, on)
    if case.status in NOT_WAITING:
        kind, words = due.FAR, case.get_status_display()
    row = '<span class="day">{}</span> <span class="due due-{}">{}</span>'
    return format_html(row, day.isoformat(), kind, words)


def assignee(case: Case) -> str:
    """Who has the case, and whether the claim has run out."""
    if case.assignee is None:
        return now_translated("未认领")
    name = case.assignee.get_username()
    over = case.claimed_until is not None and case.claimed_until <= timezone.now()
    return now_translated("%(name)s（已超时）") % {"name": name} if over else name


def counted(fields: Iterable[str], names: Mapping[str, str | Promise]) -> str:
    """`["deleted:3"]` as 已删除 3; what has no name here is left out."""
    pairs = dict(field.split(":", 1) for field in fields if ":" in field)
    return "，".join(f"{names[name]} {pairs[name]}" for name in names if name in pairs)


def marks(case: Case) -> str:
    """What staff should look at first, each mark a word with its meaning behind it; then tags."""
    carried = {flag.kind for flag in case.flags.all()}
    kinds = [kind for kind in SHORT if kind in carried]
    held = [(now_translated("暂缓清理"), now_translated("暂缓"))] if case.held else []
    words = [*((Flag.Kind(kind).label, SHORT[kind]) for kind in kinds), *held]
    seen = format_html_join(" ", '<span class="mark" title="{}">{}</span>', words)
    return format_html_join(" ", "{}", [(each,) for each in (seen, tags(case)) if each]) or NOTHING


def tags(case: Case) -> str:
    """What staff said of the case, each tag with what it is for behind it."""
    words = [(tag.purpose, tag.name) for tag in case.tags.all()]
    return format_html_join(" ", '<span class="tag" title="{}">{}</span>', words)
