"""The evidence page of a case, beside the wizard: pictures added, described, ordered, blackened."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import knowledge, services
from cases.encryption import DecryptionFailed
from cases.models import Case, Exhibit
from cases.renderings import evidence_picture, evidence_worker
from cases.renderings.evidence_picture import PictureRefused
from cases.renderings.pdf import RenderingFailed
from cases.services import exhibits
from cases.services.exhibits import (
    EXHIBITS_PER_CASE,
    BoxesChanged,
    NoRoom,
    SameAgain,
    TooManyExhibits,
)
from cases.views import uploads
from cases.views.access import case_or_none
from cases.views.evidence_forms import (
    CONSENT,
    AddForm,
    Box,
    BoxForm,
    SayForm,
    box_between,
    consent_fingerprint,
)
from cases.views.kept_plan import newest
from cases.views.lost import lost
from cases.views.pictures import ONLY_A_PICTURE

FILES_PER_REQUEST = 6
MEGABYTE = 1024**2
# The picture to be clicked on has one width whatever the screen: a click tells pixels, and
# without scripts nobody tells how large the picture was. It fits the narrowest phone.
SHOWN_WIDTH = 280
LASTING = ("days", "months", "years")

P = ParamSpec("P")
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


def of_exhibit(
    view: Callable[Concatenate[HttpRequest, Exhibit, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """The view with an exhibit of a case that this browser holds, instead of two ids."""

    @wraps(view)
    def opened(
        request: HttpRequest, case: UUID, exhibit: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        found = case_or_none(request, case)
        if found is None:
            return lost(request)
        one = found.exhibits.filter(pk=exhibit).first()
        if one is None:
            raise Http404
        one.case = found
        try:
            return view(request, one, *args, **kwargs)
        # Removed or erased in another tab while this one was at it.
        except (Exhibit.DoesNotExist, Case.DoesNotExist) as gone:
            raise Http404 from gone

    return opened


# ---- the page and what is added


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
    problems = [] if files else [_("请先选择图片")]
    if not form.is_valid():
        if files:
            problems = [_("图片还没有保存，请改正后再选一次图片")]
        return _page(request, case, form, problems)
    added, status = 0, 200
    for number, file in enumerate(files, start=1):
        try:
            _add(case, file, form.cleaned_data["kind"])
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
        raise Refused(_why_refused(refused.fault)) from None
    except RenderingFailed as failure:
        log.warning("evidence: %s", failure)
        words = _("暂时没有处理完，没有保存。请过一会儿再添加")
        raise Refused(words, status=503) from failure
    except NoRoom as failure:
        log.error("evidence: %s", failure.__cause__)
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


def _why_refused(fault: str) -> str:
    return {
        evidence_worker.BROKEN: _("打不开，可能没有传完整，或者文件坏了。请截屏，再上传截图"),
        evidence_worker.ANIMATED: _("是会动的图片。请停在要用的画面上截屏，再上传截图"),
        evidence_worker.TOO_MANY_PIXELS: _("太大了，最多 5000 万像素。请截屏，再上传截图"),
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
        "exhibits": [_card(each) for each in kept],
        "room": EXHIBITS_PER_CASE - len(kept),
        "most": EXHIBITS_PER_CASE,
        "per_request": FILES_PER_REQUEST,
        "days": exhibits.EXHIBIT_LIFE.days,
        "consent": CONSENT,
        "guides": list(_guides(case, kept)),
        "has_plan": case.submitted_at is not None,
    }
    return render(request, "evidence/page.html", context, status=status)


def _card(exhibit: Exhibit) -> dict[str, Any]:
    """An exhibit as the pages show it; what the person left empty is filled in."""
    content = knowledge.load()
    return {
        "row": exhibit,
        "kind": content.labels["evidence_kind"].get(exhibit.kind, exhibit.kind),
        "label": exhibit.said.get("label")
        or content.labels["evidence_kind"].get(exhibit.kind, exhibit.kind),
        "proves": exhibit.said.get("proves") or _proves(exhibit.kind),
        "boxes": len(exhibit.boxes),
        "until": exhibits.expires_at(exhibit),
    }


def _proves(kind: str) -> str:
    known = {str(name): content.proves for name, content in knowledge.load().evidence.items()}
    return known.get(kind, "")


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


# ---- one exhibit


@require_http_methods(["GET", "HEAD", "POST"])
@of_exhibit
def exhibit(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """One exhibit: what the person says of it, and what is blacked out."""
    said = {**one.said, "kind": one.kind}
    if request.method != "POST":
        return _one(request, one, SayForm(initial=said))
    form = SayForm(request.POST)
    if not form.is_valid():
        return _one(request, one, form)
    words = dict(form.cleaned_data)
    exhibits.describe(one, kind=words.pop("kind"), said=words)
    messages.success(request, _("说明已保存。"))
    return redirect("exhibits", case=one.case_id)


@require_POST
@of_exhibit
def boxes(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """A corner clicked, a box typed, or one taken away; the picture is blackened at once."""
    posted = request.POST
    if "drop" in posted:
        return _uncovered(request, one, posted["drop"])
    if "at.x" in posted and not posted.get("corner"):
        left, top = _clicked(one, posted["at.x"], posted.get("at.y", ""))
        words = _("第一个角记下了。请再点一下斜对面的角。")
        return _one(request, one, _saying(one), corner=(left, top), told=words)
    try:
        box = _wanted_box(request, one)
    except ValueError:
        words = _("没有加上黑框。请点框的一个角，再点斜对面的角；或者在下面填数字")
        return _one(request, one, _saying(one), box_problem=words)
    if len(one.boxes) >= exhibits.BOXES_PER_EXHIBIT:
        words = _("一张图最多 %(most)d 个黑框。可以删掉几个小的，画一个大的")
        most = {"most": exhibits.BOXES_PER_EXHIBIT}
        return _one(request, one, _saying(one), box_problem=words % most)
    return _blackened(request, one, [*one.boxes, list(box)])


def _uncovered(request: HttpRequest, one: Exhibit, box: str) -> HttpResponse:
    """Without the box of these numbers: by its place in the list an old page means another one."""
    named = [_named(each) for each in one.boxes]
    if box not in named:
        words = _("没有去掉黑框：这个黑框已经不在了。请看下面现在的图，再点要去掉的那一个")
        return _one(request, one, _saying(one), box_problem=words)
    index = named.index(box)
    return _blackened(request, one, [*one.boxes[:index], *one.boxes[index + 1 :]])


def _named(box: Sequence[float]) -> str:
    """A box as the page sends it back: its left, top, width and height as parts of one."""
    return ",".join(map(str, box))


def _drawn(one: Exhibit, box: Sequence[float]) -> dict[str, Any]:
    """A box as the page shows it: its name, and where its number stands, in pixels."""
    left, top, _width, height = box
    middle = (top + height / 2) * _shown_height(one)
    return {"name": _named(box), "across": round(left * SHOWN_WIDTH) + 4, "down": round(middle) + 5}


def _wanted_box(request: HttpRequest, one: Exhibit) -> Box:
    """The box of two corners or of four numbers; raises ValueError when it is none."""
    posted = request.POST
    if "at.x" in posted:
        left, top = (float(part) for part in posted["corner"].split(","))
        return box_between((left, top), _clicked(one, posted["at.x"], posted.get("at.y", "")))
    form = BoxForm(posted)
    if not form.is_valid():
        raise ValueError("no four numbers")
    return form.box()


def _clicked(one: Exhibit, across: str, down: str) -> tuple[float, float]:
    """Where in the picture a click was, as parts of width and height; what is no number is 0."""
    pixels = [float(part) if part.isdecimal() else 0.0 for part in (across, down)]
    return (
        round(min(pixels[0] / SHOWN_WIDTH, 1), 5),
        round(min(pixels[1] / _shown_height(one), 1), 5),
    )


def _blackened(request: HttpRequest, one: Exhibit, wanted: list[list[float]]) -> HttpResponse:
    try:
        exhibits.blacken(one, boxes=wanted)
    except BoxesChanged:
        one.refresh_from_db(fields=["boxes"])
        words = _("黑框刚在别处改过，这次没有再改。请先看下面现在的图，再点一次")
        return _one(request, one, _saying(one), box_problem=words)
    except (RenderingFailed, NoRoom, FileNotFoundError, DecryptionFailed) as failure:
        log.warning("evidence: %s", failure)
        words = _("暂时没有处理完，图片还和刚才一样。请过一会儿再试")
        return _one(request, one, _saying(one), box_problem=words, status=503)
    messages.success(request, _("涂黑已更新，下面就是别人会看到的样子。"))
    # Of a long picture one would otherwise have to look for the place again.
    address = reverse("exhibit", args=[one.case_id, one.pk])
    return redirect(f"{address}#box-{len(wanted)}" if wanted else f"{address}#blacken")


def _saying(one: Exhibit) -> SayForm:
    return SayForm(initial={**one.said, "kind": one.kind})


def _one(
    request: HttpRequest,
    one: Exhibit,
    form: SayForm,
    *,
    corner: tuple[float, float] | None = None,
    told: str = "",
    box_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "case": one.case,
        "form": form,
        "failed": bool(form.errors) or bool(box_problem),
        "box_problem": box_problem,
        "told": told,
        "corner": corner,
        "exhibit": _card(one),
        "boxes": [_drawn(one, box) for box in one.boxes],
        "shown_width": SHOWN_WIDTH,
        "shown_height": _shown_height(one),
        "usual_proof": _proves(one.kind),
    }
    return render(request, "evidence/exhibit.html", context, status=status)


def _shown_height(one: Exhibit) -> int:
    return max(1, round(SHOWN_WIDTH * one.height / one.width))


@require_POST
@of_exhibit
def move(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """One place up or down; the page is shown from where the exhibit is now."""
    exhibits.move(one, by=-1 if request.POST.get("way") == "up" else 1)
    one.refresh_from_db(fields=["position"])
    return redirect(reverse("exhibits", args=[one.case_id]) + f"#e{one.position}")


@require_http_methods(["GET", "HEAD", "POST"])
@of_exhibit
def remove(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """Ask first; on POST delete the picture at once."""
    if request.method != "POST":
        context = {"case": one.case, "exhibit": _card(one)}
        return render(request, "evidence/remove.html", context)
    exhibits.remove(one)
    messages.success(request, _("图片已删除。"))
    return redirect("exhibits", case=one.case_id)


# ---- the pictures themselves


@require_safe
@of_exhibit
def picture(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """The picture as it is shared."""
    return shown(one, evidence_picture.shared)


@require_safe
@of_exhibit
def preview(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """The same, small."""
    return shown(one, evidence_picture.small)


def shown(one: Exhibit, opened: Callable[[Exhibit], bytes]) -> HttpResponse:
    """One of the kept pictures, which can do nothing but be looked at; 404 when it is gone."""
    try:
        kept = opened(one)
    # A damaged file may hold bytes that are no text at all.
    except (FileNotFoundError, DecryptionFailed, UnicodeDecodeError) as gone:
        log.warning("evidence: a picture cannot be shown: %s", type(gone).__name__)
        raise Http404 from gone
    file_type = evidence_picture.content_type(kept)
    response = HttpResponse(kept, content_type=file_type)
    name = f"evidence-{one.position}.{file_type.partition('/')[2]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = ONLY_A_PICTURE
    return response
