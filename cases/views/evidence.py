"""The evidence page of a case, beside the wizard: what there is, what is added, how to keep it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from cases import knowledge, services
from cases.models import Case, Exhibit
from cases.renderings import evidence_picture, evidence_worker
from cases.renderings.evidence_picture import PictureRefused
from cases.renderings.pdf import RenderingFailed
from cases.services import exhibits
from cases.services.exhibits import (
    EXHIBITS_PER_CASE,
    NoRoom,
    SameAgain,
    TooManyBytes,
    TooManyExhibits,
)
from cases.views import uploads
from cases.views.access import case_or_none, client_address
from cases.views.evidence_forms import CONSENT, AddForm, consent_fingerprint
from cases.views.kept_plan import newest
from cases.views.lost import lost
from cases.views.one_exhibit import card

FILES_PER_REQUEST = 6
MEGABYTE = 1024**2
LASTING = ("days", "months", "years")

log = logging.getLogger(__name__)


class Refused(Exception):
    """One picture was not kept; the message says why and what to do, for the person."""

    def __init__(self, words: str, *, status: int = 200) -> None:
        super().__init__(words)
        self.words, self.status = words, status


@dataclass(frozen=True, slots=True)
class Guide:
    """How one kind of evidence is kept, and what there is of it."""

    name: str
    how: str
    vanishes: str | None
    listed: bool
    pictures: int


# The token is in the form, and reading the form reads the files: how they are to be taken in must
# be said before. `_added` asks for the token then.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """What there is, how to add to it, and how each kind is kept; on POST pictures are added."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    services.answers.note_visit(found)
    if request.method != "POST":
        return _page(request, found, AddForm(ask_consent=_must_ask(found)))
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.LARGEST_REQUEST + uploads.FORM_ITSELF:
        words = _("这次一共超过 30 MB，没有收下。请分几次添加，每次少选几张")
        return _page(request, found, AddForm(ask_consent=_must_ask(found)), [words], status=413)
    request.upload_handlers = [uploads.Bounded(request)]
    try:
        return _added(request, found)
    except TooManyFilesSent:
        words = _("一次最多 %(most)d 张，这次的一张都没有保存。请分几次添加")
        problem = words % {"most": FILES_PER_REQUEST}
        return _page(request, found, AddForm(ask_consent=_must_ask(found)), [problem])


@csrf_protect
def _added(request: HttpRequest, case: Case) -> HttpResponse:
    form = AddForm(request.POST, ask_consent=_must_ask(case))
    files = request.FILES.getlist("pictures")
    size = sum(file.size or 0 for file in files)
    try:
        exhibits.count_upload(size, address=client_address(request))
    except TooManyBytes:
        words = _(
            "这次的图片没有保存：一天里从您所在的网络传来的图片太多了，也可能是别人传的。"
            "已经保存的都还在。请明天再添加，或者换一个网络再试"
        )
        return _page(request, case, form, [words], status=429)
    if files and form.is_valid():
        return _each_added(request, case, files, form.cleaned_data["kind"])
    words = _("图片还没有保存，请改正后再选一次图片") if files else _("请先选择图片")
    return _page(request, case, form, [words])


def _each_added(
    request: HttpRequest, case: Case, files: Sequence[UploadedFile[bytes]], kind: str
) -> HttpResponse:
    problems: list[str] = []
    added, status = 0, 200
    for number, file in enumerate(files, start=1):
        try:
            _add(case, file, kind)
            added += 1
        except Refused as refused:
            which = _("第 %(number)d 张") % {"number": number} if len(files) > 1 else _("这张图片")
            problems.append(which + refused.words)
            status = max(status, refused.status)
        except Case.DoesNotExist:
            return lost(request)
    if added:
        _tell(request, added)
    if problems:
        again = AddForm(request.POST, ask_consent=_must_ask(case))
        return _page(request, case, again, problems, status=status)
    return redirect("exhibits", case=case.pk)


def _add(case: Case, file: UploadedFile[bytes], kind: str) -> None:
    _refuse_by_size(file)
    upload = file.read()
    file_format = _readable_format(upload)
    said = {"consent": f"{consent_fingerprint()} {timezone.now():%Y-%m-%dT%H:%M:%SZ}"}
    try:
        exhibits.add(case, upload=upload, file_format=file_format, kind=kind, said=said)
    except SameAgain:
        raise Refused(_("已经在证据里了，没有再存一遍")) from None
    except TooManyExhibits:
        words = _("没有保存：一份案件最多 %(most)d 张。请先删掉用不着的")
        raise Refused(words % {"most": EXHIBITS_PER_CASE}) from None
    except PictureRefused as refused:
        raise Refused(_why_refused(refused.fault, file_format)) from None
    except RenderingFailed as failure:
        log.warning("evidence: %s", failure)
        words = _("暂时没有处理完，没有保存。请过一会儿再添加")
        raise Refused(words, status=503) from failure
    except NoRoom as failure:
        # What went wrong and not where: the path names the exhibit.
        log.error("evidence: %s", getattr(failure.__cause__, "strerror", None))
        words = _("没有保存：网站的存储空间暂时不够，不是您的错。请过一会儿再试")
        raise Refused(words, status=503) from failure


def _refuse_by_size(file: UploadedFile[bytes]) -> None:
    size = file.size or 0
    if size > uploads.LARGEST_FILE:
        words = _("有 %(size).1f MB，一张最多 10 MB。请截屏，再上传截图，会小得多")
        raise Refused(words % {"size": size / MEGABYTE})
    if not size:
        raise Refused(_("是空文件，里面没有内容。请重新选择"))


def _readable_format(upload: bytes) -> str:
    file_format = evidence_picture.format_of(upload)
    if file_format == "HEIC":
        raise Refused(
            _(
                "是 HEIC 格式，这里打不开。请在手机上打开这张图，截一次屏，再上传截图。"
                "苹果手机以后可以在“设置 → 相机 → 格式”里选“兼容性最佳”"
            )
        )
    if file_format == "PDF":
        raise Refused(_("是 PDF 文件，不是图片。请打开要用的那一页，截屏，再上传截图"))
    if file_format is None:
        raise Refused(_("不是 JPEG、PNG 或 WebP 图片。请打开它，截屏，再上传截图"))
    return file_format


def _why_refused(fault: str, file_format: str) -> str:
    if fault == evidence_worker.TOO_MANY_PIXELS:
        words = _("太大了，%(format)s 图片最多 %(most)d 万像素。请截屏，再上传截图")
        most = evidence_worker.MOST_PIXELS[file_format] // 10_000
        return words % {"format": file_format.replace("WEBP", "WebP"), "most": most}
    return {
        evidence_worker.BROKEN: _("打不开，可能没有传完整，或者文件坏了。请截屏，再上传截图"),
        evidence_worker.ANIMATED: _("是会动的图片。请停在要用的画面上截屏，再上传截图"),
    }[fault]


def _tell(request: HttpRequest, added: int) -> None:
    words = ngettext("已添加 %(count)d 张图片。", "已添加 %(count)d 张图片。", added)
    messages.success(request, words % {"count": added})


def _must_ask(case: Case) -> bool:
    """Whether nobody agreed yet to the words as they stand, for any picture still kept."""
    now = consent_fingerprint()
    return not any(each.said.get("consent", "").startswith(now) for each in exhibits.of(case))


def _page(
    request: HttpRequest,
    case: Case,
    form: AddForm,
    problems: Sequence[str] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    kept = exhibits.of(case)
    context = {
        "case": case,
        "form": form,
        "problems": problems,
        "failed": bool(problems) or bool(form.errors),
        "exhibits": [card(each) for each in kept],
        "room": EXHIBITS_PER_CASE - len(kept),
        "most": EXHIBITS_PER_CASE,
        "per_request": FILES_PER_REQUEST,
        "days": exhibits.EXHIBIT_LIFE.days,
        "consent": CONSENT,
        "guides": list(_guides(case, kept)),
        "has_plan": case.submitted_at is not None,
    }
    return render(request, "evidence/page.html", context, status=status)


def _guides(case: Case, kept: Sequence[Exhibit]) -> Iterator[tuple[str, list[Guide]]]:
    """(how long it lasts, the kinds), the soonest gone first."""
    plan = newest(case)
    listed = {row["id"] for row in plan.content["evidence"]} if plan else set()
    counted = Counter(exhibit.kind for exhibit in kept)
    content = knowledge.load()
    for lasts in LASTING:
        yield (
            lasts,
            [
                Guide(
                    content.labels["evidence_kind"][kind],
                    each.how,
                    each.vanishes,
                    kind in listed,
                    counted[kind],
                )
                for kind, each in content.evidence.items()
                if each.lasts == lasts
            ],
        )
