"""The page of one exhibit: what the person says of it, its place, its black boxes, its picture."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.encryption import DecryptionFailed
from cases.models import Case, Exhibit
from cases.renderings import evidence_picture
from cases.renderings.exhibit_bundle import of_kind
from cases.renderings.pdf import RenderingFailed
from cases.services import exhibits
from cases.services.exhibits import BoxesChanged, NoRoom
from cases.views.access import case_or_none
from cases.views.evidence_forms import Box, BoxForm, SayForm, box_between
from cases.views.lost import lost
from cases.views.pictures import ONLY_A_PICTURE

# The picture to be clicked on has one width whatever the screen: a click tells pixels, and
# without scripts nobody tells how large the picture was. It fits the narrowest phone.
SHOWN_WIDTH = 280

P = ParamSpec("P")
log = logging.getLogger(__name__)


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


def card(exhibit: Exhibit) -> dict[str, Any]:
    """An exhibit as the pages show it; what the person left empty is filled in."""
    name, proves = of_kind(exhibit.kind)
    return {
        "row": exhibit,
        "kind": name,
        "label": exhibit.said.get("label") or name,
        "proves": exhibit.said.get("proves") or proves,
        "boxes": len(exhibit.boxes),
        "until": exhibits.expires_at(exhibit),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@of_exhibit
def exhibit(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """One exhibit: what the person says of it, and what is blacked out."""
    if request.method != "POST":
        return _one(request, one, _saying(request, one))
    # By the Enter key a box that was typed comes here, too.
    if any(request.POST.get(name, "").strip() for name in BoxForm.base_fields):
        return _changed(request, one)
    form = SayForm(request.POST)
    if not form.is_valid():
        return _one(request, one, form)
    _describe(one, form)
    messages.success(request, _("说明已保存。"))
    return redirect("exhibits", case=one.case_id)


@require_POST
@of_exhibit
def boxes(request: HttpRequest, one: Exhibit) -> HttpResponse:
    """A corner clicked, a box typed, or one taken away; the picture is blackened at once.

    The words typed beside it come along, and are kept.
    """
    return _changed(request, one)


def _changed(request: HttpRequest, one: Exhibit) -> HttpResponse:
    posted = request.POST
    if "again" in posted:
        return _one(request, one, _saying(request, one))
    if "drop" in posted:
        return _uncovered(request, one, posted["drop"])
    if "at.x" in posted and not posted.get("corner"):
        left, top = _clicked(one, posted["at.x"], posted.get("at.y", ""))
        words = _("第一个角记下了。请再点一下斜对面的角。")
        return _one(request, one, _saying(request, one), corner=(left, top), told=words)
    return _one_more(request, one)


def _one_more(request: HttpRequest, one: Exhibit) -> HttpResponse:
    try:
        box = _wanted_box(request, one)
    except ValueError:
        words = _("没有加上黑框。请点框的一个角，再点斜对面的角；或者在下面填数字")
        return _one(request, one, _saying(request, one), box_problem=words)
    if len(one.boxes) >= exhibits.BOXES_PER_EXHIBIT:
        words = _("一张图最多 %(most)d 个黑框。可以删掉几个小的，画一个大的")
        most = {"most": exhibits.BOXES_PER_EXHIBIT}
        return _one(request, one, _saying(request, one), box_problem=words % most)
    return _blackened(request, one, [*one.boxes, list(box)])


def _uncovered(request: HttpRequest, one: Exhibit, box: str) -> HttpResponse:
    """Without the box of these numbers: by its place in the list an old page means another one."""
    named = [_named(each) for each in one.boxes]
    if box not in named:
        words = _("没有去掉黑框：这个黑框已经不在了。请看下面现在的图，再点要去掉的那一个")
        return _one(request, one, _saying(request, one), box_problem=words)
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
        return _one(request, one, _saying(request, one), box_problem=words)
    except (RenderingFailed, NoRoom, FileNotFoundError, DecryptionFailed) as failure:
        # The kind only: a missing file is told with its path, which names the exhibit.
        log.warning("evidence: a picture was not blackened: %s", type(failure).__name__)
        words = _("暂时没有处理完，图片还和刚才一样。请过一会儿再试")
        return _one(request, one, _saying(request, one), box_problem=words, status=503)
    form = _saying(request, one)
    if form.is_bound and not form.is_valid():
        one.refresh_from_db(fields=["boxes"])
        told = _("涂黑已更新。说明还没有保存，请看下面。")
        return _one(request, one, form, told=told)
    if form.is_bound:
        _describe(one, form)
    messages.success(request, _("涂黑已更新，下面就是别人会看到的样子。"))
    # Of a long picture one would otherwise have to look for the place again.
    address = reverse("exhibit", args=[one.case_id, one.pk])
    return redirect(f"{address}#box-{len(wanted)}" if wanted else f"{address}#blacken")


def _saying(request: HttpRequest, one: Exhibit) -> SayForm:
    """What is said of the exhibit: as typed, where it came along, else as it is kept."""
    if "kind" in request.POST:
        return SayForm(request.POST)
    return SayForm(initial={**one.said, "kind": one.kind})


def _describe(one: Exhibit, form: SayForm) -> None:
    words = dict(form.cleaned_data)
    exhibits.describe(one, kind=words.pop("kind"), said=words)


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
        "box_form": BoxForm(auto_id="box-%s", label_suffix=""),
        "exhibit": card(one),
        "boxes": [_drawn(one, box) for box in one.boxes],
        "shown_width": SHOWN_WIDTH,
        "shown_height": _shown_height(one),
        "usual_proof": of_kind(one.kind)[1],
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
        context = {"case": one.case, "exhibit": card(one)}
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
