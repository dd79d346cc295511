"""Everything of a plan as one ZIP, written member by member: only one is in memory at a time.

A new kind of file is a producer more in PRODUCERS.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Case, Plan
from cases.renderings import papers
from cases.renderings.outline import outline
from cases.renderings.papers import Receiver
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_docx import as_docx, letter_as_docx
from cases.renderings.plan_ics import as_ics, has_days
from cases.renderings.plan_text import as_text, letter_as_text
from cases.renderings.proof import Numbered

# The same second for every member, so that the same plan gives the same bytes.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the files are made from; `pdf` and `checklist` make those of the PDF engine.

    `chosen` are the slugs of the channels that get a page, None for the advice; `exhibits` are in
    their order, and `exhibits_pdf` makes their PDF where there are some.
    """

    case: Case
    plan: Plan
    revision: int
    chosen: Collection[str] | None
    pdf: Callable[[], bytes]
    checklist: Callable[[], bytes]
    exhibits: Sequence[Numbered] = ()
    exhibits_pdf: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name in the ZIP, one sentence on what it is, and how it is made.

    No name holds anything personal. `make` may raise `pdf.RenderingFailed`; the file is then left
    out, and the list of files says so.
    """

    name: str
    says: str
    make: Callable[[], bytes]


def stream(source: Source) -> Iterator[bytes]:
    """The ZIP in pieces, the same bytes for the same plan."""
    out = _Out()
    listed: list[tuple[str, str]] = []
    with zipfile.ZipFile(out, "w") as file:
        for part in parts(source):
            listed.append((part.name, _written(file, part)))
            yield out.taken()
        _write(file, _("说明.txt"), _list(listed).encode("utf-8-sig"))
    yield out.taken()


def parts(source: Source) -> Iterator[Part]:
    """Every file, in the order in which they are of use."""
    for produce in PRODUCERS:
        yield from produce(source)


def whole_plan(source: Source) -> Iterator[Part]:
    """The plan to print, to change and to read anywhere."""
    plan, case = source.plan, source.case
    yield Part(_("行动方案.pdf"), _("整份方案，打印或转发用。"), source.pdf)
    yield Part(
        _("行动方案.docx"),
        _("同一份方案，用 Word 或 WPS 打开，可以修改。"),
        lambda: as_docx(
            plan.content,
            code=case.public_id,
            chosen=source.chosen,
            edits=plan.edits,
            exhibits=source.exhibits,
        ),
    )
    yield Part(
        _("行动方案.txt"),
        _("同一份方案的纯文字，哪里都能打开。"),
        lambda: as_text(plan.content, chosen=source.chosen, edits=plan.edits).encode(),
    )


def letters(source: Source) -> Iterator[Part]:
    """The texts of every channel, to paste and to change."""
    shown = outline(source.plan.content, edits=source.plan.edits)
    for action in shown["actions"]:
        if action["letter"]:
            yield from _letter(source, action, shown["on"])


def for_receivers(source: Source) -> Iterator[Part]:
    """The papers to hand over, each with what its receiver is shown by default."""
    for receiver in papers.receivers(source.plan.content, edits=source.plan.edits):
        yield from _paper(receiver)


def days(source: Source) -> Iterator[Part]:
    """The dates for a calendar, where there are some."""
    plan, case = source.plan, source.case
    if not has_days(plan.content):
        return
    yield Part(
        _("日程.ics"),
        _("期限和日期，用手机或电脑的日历打开，每个日期提醒两次；里面没有姓名、号码和金额。"),
        lambda: as_ics(plan.content, case=str(case.pk), revision=source.revision),
    )


def pictures(source: Source) -> Iterator[Part]:
    """The exhibits with their index, where there are some."""
    if source.exhibits_pdf:
        says = _("您加入的证据图片，有目录、编号和文件指纹，可以交给平台、部门或法院。")
        yield Part(_("证据册.pdf"), says, source.exhibits_pdf)


def blank_sheet(source: Source) -> Iterator[Part]:
    """The sheet that helps somebody else."""
    yield Part(
        _("空白清单.pdf"),
        _("没有填任何内容的清单，可以打印给别人用。"),
        source.checklist,
    )


PRODUCERS: tuple[Callable[[Source], Iterable[Part]], ...] = (
    whole_plan,
    letters,
    for_receivers,
    days,
    pictures,
    blank_sheet,
)


def _letter(source: Source, action: dict[str, Any], day: str) -> Iterator[Part]:
    # Two actions may use one channel against two parties: the number tells them apart.
    name = _("文字/%(number)02d_%(name)s") % action
    yield Part(
        f"{name}.txt",
        _("给“%(title)s”的文字，长短都在里面，复制粘贴用。") % action,
        lambda: letter_as_text(action).encode(),
    )
    yield Part(
        f"{name}.docx",
        _("同样的文字，用 Word 或 WPS 修改、打印。"),
        lambda: letter_as_docx(action, on=source.plan.on, day=day),
    )


def _paper(receiver: Receiver) -> Iterator[Part]:
    # No PDF: each would be a rendering of its own, and the ZIP would come minutes later.
    name = _("材料/%(number)02d_%(name)s") % receiver.action
    says = _(
        "可以交出去的材料：只写%(name)s需要的内容，不带给您的建议；没有填的留横线，要您核对的话前面有□。"
    )
    if receiver.edited:
        says += _("用的是您改过的文字，您自己写进去的其他个人信息，请先看一遍。")
    yield Part(
        f"{name}.txt",
        says % {"name": receiver.name},
        lambda: papers.as_text(papers.write_paper(receiver, receiver.ways)).encode(),
    )
    yield Part(
        f"{name}.docx",
        _("同样的材料，用 Word 或 WPS 修改、打印。"),
        lambda: papers.as_docx(papers.write_paper(receiver, receiver.ways)),
    )


def _written(file: zipfile.ZipFile, part: Part) -> str:
    """Write the file and say what it is; or say that it is missing."""
    try:
        content = part.make()
    except RenderingFailed:
        return _("这一份暂时没有做出来，请过几分钟在方案页上单独下载。")
    _write(file, part.name, content)
    return part.says


def _write(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, TIMESTAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    file.writestr(info, content)


def _list(listed: Iterable[tuple[str, str]]) -> str:
    lines = [_("%(name)s：%(says)s") % {"name": name, "says": says} for name, says in listed]
    first = _("这里面是您的退款方案和用得上的文件：")
    last = _("里面有您填的信息，发给别人前请先看一遍。不用了，请从手机或电脑里删掉。")
    return "\r\n".join([first, "", *lines, "", last, ""])


class _Out(io.RawIOBase):
    """A file that only goes forward: what was written is taken away and forgotten."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """Everything that was written since the last time."""
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content
