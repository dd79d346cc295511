"""What to make of a reply of the other side. The words live in one request, unless sent to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import knowledge, services
from cases.assessment.wording import label
from cases.knowledge import Knowledge
from cases.knowledge.citations import cite_text
from cases.knowledge.schema import Reply
from cases.models import DailyCount
from cases.replies import recognise
from cases.services.counts import Counted
from cases.services.disposal import REMARK_LIFE
from cases.services.remarks import TooManyRemarks
from cases.views.access import REMEMBERED, client_address
from cases.views.remarks import RETRY_SECONDS, redirect_with_page
from cases.wizard.forms.reply import ReplyForm

PAGE = "reply/page.html"
REPLY, UNKNOWN = "reply", "unknown"
# More would be a guess rather than an answer.
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """A typical reply that the words are like, in words for the person.

    `grounds` are pairs of a title and its citation; `overdue` whether it was due to be reviewed.
    """

    id: str
    reply: Reply
    kind: str
    proofs: tuple[str, ...]
    channels: tuple[str, ...]
    grounds: tuple[tuple[str, str], ...]
    overdue: bool


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask what the other side said; on POST say what it is worth, or send it to us if asked to."""
    if request.method != "POST":
        return _shown(request, ReplyForm())
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, show_errors=True)
    if "send" in request.POST:
        return _sent(request, form)
    on = timezone.localdate()
    decoded = [*decode(form.cleaned_data["words"], knowledge.load(), on)]
    _count(known=bool(decoded), on=on)
    return _shown(request, form, asked=True, decoded=decoded)


def decode(words: str, knowledge: Knowledge, on: date) -> Iterator[Decoded]:
    """The few replies that the words are most like, likeliest first."""
    for id_ in recognise(words, knowledge)[:MOST_SHOWN]:
        reply = knowledge.replies[id_]
        grounds = [knowledge.grounds[name] for name in reply.grounds]
        yield Decoded(
            id=id_,
            reply=reply,
            kind=label(knowledge, reply.kind),
            proofs=tuple(label(knowledge, proof) for proof in reply.proofs),
            channels=tuple(label(knowledge, channel) for channel in reply.channels),
            grounds=tuple((each.title, cite_text(knowledge, each.cites)) for each in grounds),
            overdue=reply.overdue(on),
        )


def _count(*, known: bool, on: date) -> None:
    """Count that a reply was known or not, without a word of it."""
    kind = DailyCount.Kind.ANSWERED if known else DailyCount.Kind.ERROR
    services.counts.count(Counted(kind, REPLY, code="" if known else UNKNOWN), on=on)


def _sent(request: HttpRequest, form: ReplyForm) -> HttpResponse:
    """Keep the words as a remark about this page, because the person asked us to look at them."""
    words, address = form.cleaned_data["words"], client_address(request)
    try:
        services.remarks.keep_remark(page=REPLY, words=words, address=address)
    except TooManyRemarks:
        later = _shown(request, form, status=429, asked=True, too_many=True)
        later["Retry-After"] = str(RETRY_SECONDS)
        return later
    return redirect_with_page("remark-thanks", REPLY)


def _shown(
    request: HttpRequest, form: ReplyForm, *, status: int = 200, **context: object
) -> HttpResponse:
    always = {"form": form, "back_url": _way_back(request), "remark_days": REMARK_LIFE.days}
    return render(request, PAGE, {**always, **context}, status=status)


def _way_back(request: HttpRequest) -> str:
    """To the plan, where it is known which one."""
    known = request.session.get(REMEMBERED, [])
    return reverse("plan", args=known) if len(known) == 1 else reverse("start")
