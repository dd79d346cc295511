"""The pages on which staff export the queue: what to take, how far it is, the file."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.admin import export_columns, filters, queue, search
from cases.models import Export
from cases.services import exports
from cases.services.exports import Standing
from cases.services.rights import EXPORT, REVEAL, NotAllowed

CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Where a browser opens a download all the same, it may load nothing and run nothing.
ONLY_A_FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"
REFRESH_SECONDS = 2
RECENT = 5
LONGEST_QUERY = 500


class ExportForm(forms.Form):
    """The kind of file, and with the right to it: whether personal data stands in it and why."""

    format = forms.ChoiceField(
        label=_("格式"),
        choices=[(Export.Format.XLSX, _("Excel（XLSX）")), (Export.Format.CSV, "CSV")],
        initial=Export.Format.XLSX,
        widget=forms.RadioSelect,
    )
    whole = forms.BooleanField(label=_("不遮盖姓名、电话和订单号"), required=False)
    reason = forms.ChoiceField(
        label=_("理由"), choices=[("", _("请选择")), *exports.Reason.choices], required=False
    )

    def __init__(self, sent: QueryDict | None, *, may_reveal: bool) -> None:
        super().__init__(sent, label_suffix="")
        if not may_reveal:
            del self.fields["whole"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A reason only where it is asked for, and there for certain."""
        cleaned = super().clean() or self.cleaned_data
        whole = cleaned.get("whole", False)
        if whole and not cleaned.get("reason"):
            self.add_error("reason", _("不遮盖时请选择理由，它会记入操作记录。"))
        return {**cleaned, "whole": whole, "reason": cleaned.get("reason", "") if whole else ""}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What to export; on POST begin. The address names the queue as the list does."""
    user = _exporter(request)
    query = _query(request.GET)
    cases = queue.rows(admin.site, query, user)
    form = ExportForm(request.POST or None, may_reveal=user.has_perm(REVEAL))
    if request.method == "POST" and form.is_valid():
        try:
            export = _begun(user, query, form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("admin:export", export.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("导出"),
        "form": form,
        "query": query,
        "size": exports.size(cases),
        "most": exports.MOST_ROWS,
        "recent": Export.objects.filter(author=user)[:RECENT],
    }
    return TemplateResponse(request, "desk/export_new.html", context)


@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far one's own export is; renewed by itself while it is being made."""
    export = _own(request, pk)
    standing = exports.standing(export, timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("导出 %(mark)s") % {"mark": export.mark},
        "export": export,
        "standing": standing,
        "ends_at": exports.ends_at(export),
        "reason": _reason(export),
    }
    response = TemplateResponse(request, "desk/export.html", context)
    if standing is Standing.RUNNING:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One's own file, as long as it is kept; back to its page when it is not."""
    export = _own(request, pk)
    try:
        pieces = exports.download(export, cast(User, request.user))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except exports.Gone:
        return redirect("admin:export", export.pk)
    response = StreamingHttpResponse(
        pieces, content_type=CONTENT_TYPES[Export.Format(export.format)]
    )
    name = f"cases-{timezone.localdate(export.at)}-{export.mark}.{export.format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = ONLY_A_FILE
    return response


def _begun(user: User, query: str, asked: dict[str, Any]) -> Export:
    """The export; raises ValidationError with what to tell."""
    if len(query) > LONGEST_QUERY:
        raise ValidationError(_("检索的内容太长，不能导出。请换一个更短的检索词。"))
    try:
        return exports.begin(
            user,
            queue.rows(admin.site, query, user),
            export_columns.all_columns(),
            file_format=asked["format"],
            masked=not asked["whole"],
            reason=asked["reason"],
            query=query,
        )
    except exports.TooManyRows:
        words = _("超过 %(most)d 件，不能一次导出。请先在列表里加上筛选。")
        raise ValidationError(words, params={"most": exports.MOST_ROWS}) from None
    except exports.TooBusy:
        raise ValidationError(_("别的导出还在生成，请过一两分钟再试。")) from None


def _query(asked: QueryDict) -> str:
    """The filters of the queue, or what a search has found; nothing else of an address."""
    chosen = filters.kept({name: asked.get(name, "") for name in filters.NAMES})
    found = [(name, value) for name in search.NAMES for value in asked.getlist(name)]
    return "&".join(filter(None, (chosen, urlencode(found))))


def _reason(export: Export) -> str:
    return str(exports.Reason(export.reason).label) if export.reason else ""


def _exporter(request: HttpRequest) -> User:
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    return cast(User, request.user)


def _own(request: HttpRequest, pk: UUID) -> Export:
    """Of somebody else's export nobody learns that it exists."""
    return get_object_or_404(Export, pk=pk, author=_exporter(request))
