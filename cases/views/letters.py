"""The texts of a plan: edited, read out, taken to another device, and as text files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from cases import knowledge, services
from cases.knowledge.banned_words import Hint, hints
from cases.models import Case, Plan
from cases.renderings.outline import note_choice, original_texts, outline
from cases.renderings.plan_text import letter_as_text, letters_as_text
from cases.renderings.read_aloud import sentences
from cases.services.edits import Aside, Place, StaleText, TextGone
from cases.views.downloads import attached
from cases.views.kept_plan import chosen_slugs, of_kept_plan
from cases.views.lost import instead_of_main, lost, typed_words
from cases.vocabulary import Channel, Length
from cases.wizard.forms.letter import LetterForm


@dataclass(frozen=True, kw_only=True)
class OpenText:
    """One text of the plan as it stands now; `row` is that of the outline's action."""

    case: Case
    plan: Plan
    action: dict[str, Any]
    row: dict[str, Any]

    @property
    def place(self) -> Place:
        """Where its edit lies."""
        return Place(slug=self.action["slug"], length=self.row["length"])

    @property
    def limit(self) -> int | None:
        """How many characters are advised here; None where any number will do."""
        limit: int | None = self.row["limit"]
        return limit

    @property
    def hard_limit(self) -> int | None:
        """How many characters its target takes, where an official page says so."""
        return self.limit if self.row["verified"] else None

    @cached_property
    def original(self) -> str:
        """The text as it was written for the person."""
        return original_texts(self.plan.content)[self.place.slug][self.place.length]

    @property
    def asides(self) -> list[Aside]:
        """The texts that were set aside here, the newest first."""
        return [each for each in services.edits.asides_of(self.plan) if each.place == self.place]

    def hints(self, text: str) -> list[Hint]:
        """What had better be left out of such a text."""
        return text_hints(self.plan, self.action, text)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@of_kept_plan
def edit(request: HttpRequest, case: Case, plan: Plan, *, letter: str, length: str) -> HttpResponse:
    """One text with its count; a POST keeps what was typed, or shows it and keeps nothing."""
    found = _text(case, plan, letter, length)
    if found is None:
        return _gone(request, case)
    if request.method != "POST":
        form = LetterForm(initial={"text": found.row["text"]})
        return _page(request, found, form, found.row["text"])
    try:
        return _acted(request, found)
    except TextGone:
        return _gone(request, case) if Case.objects.filter(pk=case.pk).exists() else lost(request)


@require_safe
@of_kept_plan
def read(request: HttpRequest, case: Case, plan: Plan, *, letter: str, length: str) -> HttpResponse:
    """One text in letters to be read at arm's length."""
    found = _text(case, plan, letter, length)
    if found is None:
        return _gone(request, case)
    context = {
        "case": case,
        "action": found.action,
        "text": found.row,
        "sentences": list(sentences(found.row["text"])),
    }
    return render(request, "plan/letter_read.html", context)


@require_safe
@of_kept_plan
def letter(request: HttpRequest, case: Case, plan: Plan, *, letter: str) -> HttpResponse:
    """One letter in every length as a text file."""
    action = _action(plan, letter)
    if action is None:
        raise Http404
    response = HttpResponse(letter_as_text(action), content_type="text/plain; charset=utf-8")
    return attached(
        response, f"{action['letter']['title']}_{plan.on}", f"{letter}-{plan.on}", "txt"
    )


@require_safe
@of_kept_plan
def letters(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The letters in every length as one text file, without the channels that were left out."""
    actions = outline(plan.content, edits=plan.edits)["actions"]
    note_choice(actions, chosen_slugs(case))
    response = HttpResponse(letters_as_text(actions), content_type="text/plain; charset=utf-8")
    return attached(response, _("全部文字_%(on)s") % {"on": plan.on}, f"letters-{plan.on}", "txt")


def note_hints(plan: Plan, actions: Iterable[dict[str, Any]]) -> None:
    """Give every text of the outline the words it had better leave out: `hints`."""
    for action in actions:
        for row in action["texts"]:
            row["hints"] = text_hints(plan, action, row["text"])


def replaced(plan: Plan, actions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The person's texts whose original has changed, each with the outline's `action` and `row`;
    both are None where the plan has no such text any more."""
    rows = {(a["slug"], r["length"]): (a, r) for a in actions for r in a["texts"]}
    found = []
    for aside in services.edits.asides_of(plan):
        action, row = rows.get((aside.place.slug, aside.place.length), (None, None))
        if aside.changed:
            found.append({"aside": aside, "action": action, "row": row})
    return found


def text_hints(plan: Plan, action: dict[str, Any], text: str) -> list[Hint]:
    """What had better be left out of a text of this action, the police's being told anything."""
    police = action["letter"]["channel"] == Channel.POLICE or any(
        row["ground"] == "police_matters" for row in plan.content["findings"]
    )
    return hints(text, knowledge.load(), on=plan.on, police=police)


def _action(plan: Plan, slug: str) -> dict[str, Any] | None:
    actions = outline(plan.content, edits=plan.edits)["actions"]
    return next((row for row in actions if row["slug"] == slug and row["letter"]), None)


def _text(case: Case, plan: Plan, slug: str, length: str) -> OpenText | None:
    action = _action(plan, slug)
    rows: Iterable[dict[str, Any]] = action["texts"] if action else ()
    row = next((each for each in rows if each["slug"] == length), None)
    return OpenText(case=case, plan=plan, action=action, row=row) if action and row else None


def _acted(request: HttpRequest, found: OpenText) -> HttpResponse:
    """What the pressed button asks for."""
    act, _colon, key = request.POST.get("nav", "").partition(":")
    match act:
        case "restore":
            return _restored(request, found)
        case "use":
            return _taken_back(request, found, key)
        case "drop":
            return _dropped(request, found, key)
        case "preview":
            return _page(request, found, _form(request, found), _typed(request), preview=True)
    return _saved(request, found)


def _saved(request: HttpRequest, found: OpenText) -> HttpResponse:
    """Keep the text; where it should leave something out, only once that was told."""
    form = _form(request, found)
    if not form.is_valid():
        return _page(request, found, form, _typed(request), show_errors=True)
    text = form.cleaned_data["text"]
    advice = found.hints(text)
    if advice and request.POST.get("told") != _told(advice):
        return _page(request, found, form, text, unsaved=True)
    return _kept(request, found, form) or _done(request, found, _where_it_stands(found))


def _restored(request: HttpRequest, found: OpenText) -> HttpResponse:
    """The original again; the person's text is set aside."""
    if refused := _typed_kept(request, found):
        return refused
    services.edits.restore_text(found.case, found.place, title=found.action["title"])
    return _done(request, found, _("已恢复原文。您改的文字还在下面，随时可以换回来。"))


def _taken_back(request: HttpRequest, found: OpenText, key: str) -> HttpResponse:
    """A text that was set aside again; the one that stood here is set aside for it."""
    if refused := _typed_kept(request, found):
        return refused
    services.edits.take_back(found.case, found.place, key=key)
    return _done(request, found, _("已换回您改过的文字。"))


def _dropped(request: HttpRequest, found: OpenText, key: str) -> HttpResponse:
    """Without a text that was set aside; what is typed and not yet saved stays typed."""
    services.edits.drop_aside(found.case, found.place, key=key)
    found.plan.refresh_from_db(fields=["edits"])
    messages.success(request, _("旧文字已删除。"))
    return _page(request, found, _form(request, found), _typed(request))


def _typed_kept(request: HttpRequest, found: OpenText) -> HttpResponse | None:
    """Save what was typed before another text takes its place; the page if that is refused."""
    form = _form(request, found)
    if not _typed(request).strip():
        return None
    if not form.is_valid():
        return _page(request, found, form, _typed(request), show_errors=True)
    return _kept(request, found, form)


def _kept(request: HttpRequest, found: OpenText, form: LetterForm) -> HttpResponse | None:
    """Save a valid form; both texts on one page when another tab was quicker, else None."""
    text = form.cleaned_data["text"]
    try:
        services.edits.save_text(
            found.case, found.place, text=text, version=request.POST.get("version", "")
        )
    except StaleText as stale:
        return _page(request, found, form, text, theirs=stale.text)
    return None


def _form(request: HttpRequest, found: OpenText) -> LetterForm:
    return LetterForm(request.POST, hard_limit=found.hard_limit)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _done(request: HttpRequest, found: OpenText, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(
        "letter-text",
        case=found.case.pk,
        letter=found.action["slug"],
        length=found.row["slug"],
    )


def _where_it_stands(found: OpenText) -> str:
    if found.row["length"] == Length.FULL:
        return _("已保存。方案页、PDF 和下载的文件里，都是现在的文字。")
    return _("已保存。方案页和下载的文字里，都是现在的文字。")


def _page(
    request: HttpRequest, found: OpenText, form: LetterForm, text: str, **context: Any
) -> HttpResponse:
    advice = found.hints(text)
    told = {
        "case": found.case,
        "action": found.action,
        "text": found.row,
        "original": found.original,
        "asides": found.asides,
        "form": form,
        "typed": text,
        "count": len(text),
        "over": max(0, len(text) - (found.limit or len(text))),
        "lines": text.count("\n") + 1,
        "hints": advice,
        "told": _told(advice),
        "version": _version(request, context.get("theirs"), found),
        "show_code": True,
        **context,
    }
    return render(request, "plan/letter_text.html", told)


def _version(request: HttpRequest, theirs: str | None, found: OpenText) -> str:
    """That of the text the person has seen: another tab's once it was shown, not before."""
    if theirs is None and request.method == "POST":
        return request.POST.get("version", "")
    return services.edits.version_of(found.row["text"] if theirs is None else theirs)


def _told(advice: list[Hint]) -> str:
    """What a form carries, so that the same advice is not given twice; "" for none."""
    words = "\n".join(hint.words for hint in advice)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _gone(request: HttpRequest, case: Case) -> HttpResponse:
    """404 with what was typed: the newest plan has no such text."""
    context = {"case": case, "typed": typed_words(request)}
    return instead_of_main(render(request, "plan/letter_gone.html", context, status=404))
