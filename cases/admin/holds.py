"""Setting and releasing the hold on a case, from its page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases.admin import trail
from cases.models import Case
from cases.services import holds
from cases.services.rights import HOLD


class HoldForm(forms.Form):
    """The reason, and which of the two is meant: the page may be an old one."""

    held = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")],
        coerce=lambda sent: sent == "1",
        widget=forms.HiddenInput,
    )
    reason = forms.ChoiceField(
        label=_("原因"),
        error_messages={"required": _("请选择原因"), "invalid_choice": _("请选择原因")},
    )

    def __init__(self, *args: Any, held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held"].initial = "1" if held else "0"
        choices = [("", _("请选择")), *holds.reasons(held=held).choices]
        cast(forms.ChoiceField, self.fields["reason"]).choices = choices


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What `desk/_hold.html` needs beside `case`; no form for those who may not."""
    may = case.submitted_at is not None and cast(User, request.user).has_perm(HOLD)
    form = HoldForm(held=not case.held, auto_id="hold_%s") if may else None
    return {"hold_form": form}


@require_POST
def change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Set or release the hold, then back to the case."""
    user = cast(User, request.user)
    if not user.has_perm(HOLD):
        raise PermissionDenied
    case = get_object_or_404(Case.objects.only("pk"), pk=case_id, submitted_at__isnull=False)
    form = HoldForm(request.POST, held=request.POST.get("held") == "1")
    if not form.is_valid():
        messages.error(request, _("请选择原因"))
        return redirect(trail.case_address(case, trail.of(request)))
    held = form.cleaned_data["held"]
    try:
        holds.put(case, held=held, user=user, reason=form.cleaned_data["reason"])
    except Case.DoesNotExist:
        raise Http404 from None
    messages.success(
        request,
        _("已暂缓清理，到期也不会自动删除。") if held else _("已解除暂缓，到期会照常删除。"),
    )
    return redirect(trail.case_address(case, trail.of(request)))
