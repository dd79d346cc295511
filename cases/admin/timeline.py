"""Everything that happened to a case, in one list: for its page on the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.contrib.auth.models import User
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin.masking import Mask
from cases.encryption import DecryptionFailed
from cases.models import Case, CloseReason, Event, Message, Note, Plan, Status
from cases.services import events, messages, notes, reveals, tags
from cases.services.claims import TakenOver
from cases.services.holds import HoldReason, ReleaseReason
from cases.services.outcomes import TAKEN_BACK
from cases.services.status import OverrideReason, ReopenReason
from cases.wizard.steps import BY_NAME, STEPS

Kind = Event.Kind
# What these lines tell stands in the list with its words.
TOLD_ELSEWHERE = (Kind.NOTED, Kind.ASKED, Kind.ANSWERED, Kind.REPLIED)
# The names under which notes and messages are asked to be seen whole.
NOTES, MESSAGES = "notes", "messages"
REASONS: tuple[type[models.TextChoices], ...] = (
    reveals.Reason,
    CloseReason,
    ReopenReason,
    OverrideReason,
    TakenOver,
    HoldReason,
    ReleaseReason,
)
# What the log names that is no question.
PLAN_PDF, PICTURE = "plan_pdf", "picture"
NAMES: Mapping[str, Promise] = {
    PLAN_PDF: _("方案 PDF"),
    PICTURE: _("证据大图"),
    NOTES: _("内部备注"),
    MESSAGES: _("和本人的消息"),
    "assignee": _("经办人"),
    "listed_seller": _("商家名录"),
    "held": _("暂缓清理"),
    TAKEN_BACK: _("已删除"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: when, who, what, and in words; `field` is what to ask for when they are masked."""

    at: datetime
    actor: str
    what: str
    words: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNote:
    """A note of the desk; `about` is the step it annotates, empty for the whole case."""

    at: datetime
    author: str
    words: str
    about: str
    masked: bool


def entries(
    case: Case,
    mask: Mask,
    opened: Collection[str],
    noted: Iterable[ShownNote],
    plans: Iterable[Plan],
) -> list[Entry]:
    """Log, notes, messages and plans of a case, the newest first."""
    names = tags.log_names()
    log = (each for each in events.of_case(case.pk) if each.kind not in TOLD_ELSEWHERE)
    lines = chain(
        (entry(each, names) for each in log),
        map(_note, noted),
        _messages(case, mask, opened),
        (
            Entry(at=plan.created_at, actor=now_translated("本人"), what=now_translated("生成方案"))
            for plan in plans
        ),
    )
    return sorted(lines, key=lambda entry: entry.at, reverse=True)


def shown_notes(case: Case, mask: Mask, opened: Collection[str]) -> list[ShownNote]:
    """The notes of a case, the oldest first, personal data in them masked."""
    found = []
    for note in notes.of(case):
        words, masked = _readable(note, "words", mask, whole=NOTES in opened)
        author = _name(note.author)
        found.append(
            ShownNote(at=note.at, author=author, words=words, about=note.about, masked=masked)
        )
    return found


def exchange(case: Case, mask: Mask, opened: Collection[str]) -> list[Entry]:
    """The last words on both sides, the oldest first: a reply with its request, and the newest."""
    standing = [each for each in messages.of(case) if not each.withdrawn_at]
    replied = [each for each in standing if each.replied_at]
    last = dict.fromkeys([*replied[-1:], *standing[-1:]])
    return [line for each in last for line in _message(each, mask, whole=MESSAGES in opened)]


def entry(event: Event, names: Mapping[str, str]) -> Entry:
    """A line of the log in words; `names` are those of the tags, as `services.tags` gives them."""
    fields = "、".join(names.get(name) or field_words(name) for name in event.fields)
    return Entry(
        at=event.at,
        actor=event.actor or now_translated("本人或系统"),
        what=str(Kind(event.kind).label),
        words="；".join(filter(None, (fields, reason_words(event.reason)))),
    )


def reason_words(code: str) -> str:
    """A reason of the log in words; one of none of ours as it stands."""
    labels = (each(code).label for each in REASONS if code in each.values)
    return str(next(labels, code))


def field_words(name: str) -> str:
    """A field of the log in words; one that no question has as it stands."""
    start, arrow, to = name.partition(">")
    if arrow:
        return f"{field_words(start)} → {field_words(to)}"
    if name in Status.values:
        return str(Status(name).label)
    channel, dash, _key = name.partition("-")
    if dash and (body := knowledge.load().labels["channel"].get(channel)):
        return now_translated("%(body)s的编号") % {"body": body}
    labels = (step.form.base_fields[name].label for step in STEPS if name in step.form.base_fields)
    return str(next(labels, NAMES.get(name, name)))


def _note(note: ShownNote) -> Entry:
    about = BY_NAME.get(note.about)
    what = (
        now_translated("批注“%(title)s”") % {"title": about.form.title}
        if about
        else now_translated("内部备注")
    )
    field = NOTES if note.masked else ""
    return Entry(at=note.at, actor=note.author, what=what, words=note.words, field=field)


def _messages(case: Case, mask: Mask, opened: Collection[str]) -> Iterator[Entry]:
    whole = MESSAGES in opened
    return chain.from_iterable(_message(each, mask, whole=whole) for each in messages.of(case))


def _message(message: Message, mask: Mask, *, whole: bool) -> Iterator[Entry]:
    words, masked = _readable(message, "words", mask, whole=whole)
    what = str(Message.Kind(message.kind).label)
    field = MESSAGES if masked else ""
    yield Entry(at=message.at, actor=_name(message.author), what=what, words=words, field=field)
    if message.replied_at:
        words, masked = _readable(message, "reply", mask, whole=whole)
        field = MESSAGES if masked else ""
        yield Entry(
            at=message.replied_at,
            actor=now_translated("本人"),
            what=now_translated("回复"),
            words=words,
            field=field,
        )


def _readable(row: Note | Message, cell: str, mask: Mask, *, whole: bool) -> tuple[str, bool]:
    """The words of a cell, and whether they are cut short."""
    try:
        words = str(getattr(row, cell) or "")
    except DecryptionFailed:
        return now_translated("无法解密"), False
    shown = words if whole else mask.text(words)
    return shown, shown != words


def _name(author: User | None) -> str:
    return author.get_username() if author else now_translated("已删除的账号")
