"""What staff type is kept before anything else is looked at: the sign-in may be over by then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from cases.models import Case, HalfWritten, SignedOut
from cases.services import half_written
from cases.services.half_written import ANSWER, ASK, HALF_LIFE, NOTE
from cases.services.rights import REVIEW

# What the buttons of a form say: keep what stands typed, or throw it away.
KEEP, DROP = "keep", "drop"
WRITING_ACTS = frozenset({NOTE, ASK, ANSWER})
# In each form at which somebody writes: for whom its page was made.
MARK = "page_of"
SALT = "cases.admin.half_written"
SINGLE, MANY = ("words", "about", "template"), ("evidence", "steps")
FORBIDDEN = 403
View = Callable[..., HttpResponse]


def mark(user: User, case: Case, act: str) -> str:
    """What proves that the desk made this page for this account; empty where nobody writes.

    With it what was typed can be kept, for this account alone, when the sign-in is over or
    somebody else has signed in. It opens nothing.
    """
    if act not in WRITING_ACTS:
        return ""
    told = {"user": user.pk, "at": timezone.now().timestamp()}
    return signing.dumps(told, salt=_salt(case.pk, act))


def begins(half: HalfWritten | None) -> dict[str, Any]:
    """The values of a form that goes on with what stands typed."""
    typed = half.typed if half else {}
    single = {name: typed[name][-1] for name in SINGLE if typed.get(name)}
    return {**single, **{name: typed[name] for name in MANY if typed.get(name)}}


def kept_first(view: View) -> View:
    """The view of an act, which is not asked before what was typed is kept.

    Without the check against forged forms here: a new sign-in changes the token under every page
    that is open, and the mark proves as much. The view itself must check it.
    """

    @csrf_exempt
    @sensitive_post_parameters()
    def keeping(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
        author, nav = _author(request, case_id, act), request.POST.get("nav")
        kept = _keep(request, author, case_id, act) if author and nav != DROP else None
        if nav == KEEP:
            return _told(request, author, kept)
        if author and admin.site.has_permission(request) and author != request.user:
            messages.error(request, _not_yours(author))
            return redirect("admin:cases_case_change", case_id)
        return view(request, case_id=case_id, act=act)

    return keeping


def _author(request: HttpRequest, case_id: UUID, act: str) -> User | None:
    """The account that the page was made for, as long as it may still write."""
    try:
        sent, salt = request.POST.get(MARK, ""), _salt(case_id, act)
        told = signing.loads(sent, salt=salt, max_age=HALF_LIFE)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=told["user"], is_active=True, is_staff=True).first()
    since = datetime.fromtimestamp(told["at"], timezone.get_current_timezone())
    # Every sign-in of the account was ended since: somebody else may sit at this page.
    ended = SignedOut.objects.filter(pk=told["user"], at__gte=since).exists()
    return user if user and user.has_perm(REVIEW) and not ended else None


def _keep(request: HttpRequest, author: User, case_id: UUID, act: str) -> HalfWritten | None:
    typed = {name: request.POST.getlist(name) for name in (*SINGLE, *MANY) if name in request.POST}
    try:
        return half_written.keep(Case(pk=case_id), user=author, act=act, typed=typed)
    except Case.DoesNotExist:
        return None


def _told(request: HttpRequest, author: User | None, kept: HalfWritten | None) -> HttpResponse:
    """A line of text for the script of the page; empty where nothing stands typed."""
    if author is None:
        return HttpResponse(status=FORBIDDEN, content_type="text/plain; charset=utf-8")
    words = _("已保存草稿 %(at)s") % {"at": f"{timezone.localtime(kept.at):%H:%M}"} if kept else ""
    if kept and (author != request.user or not admin.site.has_permission(request)):
        words += _("。登录已经结束，发出以前请先在另一个标签页登录，再打开这一页")
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _not_yours(author: User) -> str:
    words = _("没有发出：那一页是用账号 %(name)s 打开的，写的字留在那个账号的草稿里。")
    return words % {"name": author.get_username()}


def _salt(case_id: UUID, act: str) -> str:
    return f"{SALT}:{case_id}:{act}"
