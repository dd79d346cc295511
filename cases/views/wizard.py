"""The steps: formtools sequences and builds the forms, the case keeps what was typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from formtools.wizard.views import NamedUrlWizardView

from cases import knowledge, services
from cases.assessment.situation import Situation
from cases.facts import FactsRefused, facts_from
from cases.models import Case
from cases.services.answers import StaleAnswer
from cases.views.access import case_or_none
from cases.views.counting import shown_errors, went_on
from cases.views.devices import remembering
from cases.views.lost import lost
from cases.views.places import LEAVE, PLACES, to_place
from cases.views.verdict import told, verdict
from cases.wizard.answers import TELLING, Answers, clean_answers
from cases.wizard.forms.base import StepForm
from cases.wizard.forms.filing import ADD, REMOVE
from cases.wizard.steps import (
    BY_NAME,
    PARTS,
    READ_FIRST,
    STEPS,
    Walk,
    names_of_questions,
    recheck,
    set_aside,
    walk,
    why_open,
)
from cases.wizard.storage import CaseRequest

CHECK = "check"
# The pages with links to change one answer, which lead back to them.
VERDICTS = ("stage_so_far", "stage")
RETURNS = (CHECK, *VERDICTS)
# What htmx sends while somebody types: nobody pressed a button.
KEEP = "keep"
# As many names as can be taken in at a glance.
LABELS_TOLD = 6


class CaseWizard(NamedUrlWizardView):  # type: ignore[misc]
    """One step of one case. GET shows and never writes; POST keeps what was typed, then goes on."""

    storage_name = "cases.wizard.storage.CaseStorage"
    case: Case
    walk: Walk

    def dispatch(self, request: HttpRequest, case: UUID, step: str) -> HttpResponseBase:
        """Find the case before formtools looks for its storage."""
        found = case_or_none(request, case)
        if found is None:
            return lost(request)
        self.on = timezone.localdate()
        cast(CaseRequest, request).case = found
        self.look_at(found)
        try:
            return cast(HttpResponseBase, super().dispatch(request, step=step))
        except FactsRefused:
            # The answers before cannot be together; the check page finds the one to give anew.
            return redirect(self.check_url)

    def look_at(self, case: Case) -> None:
        """Take in the case as it is now."""
        self.case = case
        self.walk = walk(clean_answers(case.answers))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the step, with what was typed; or lead to the one that is due."""
        if away := self.elsewhere(kwargs["step"]):
            return away
        self.storage.current_step = kwargs["step"]
        form: StepForm = self.get_form(data=self.storage.current_step_data)
        half = "half" in self.case.answers.get(kwargs["step"], {})
        return self.shown(form, show_errors=form.contradicts and not half, half=half)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep what was typed, valid or not. The step is the one in the URL."""
        name = kwargs["step"]
        if name in BY_NAME and (nav := request.POST.get("nav")) in (KEEP, *PLACES):
            return self.keep_half(name) if nav == KEEP else self.go_away(name, nav)
        if self.walk.step(name) is None:
            return self.keep_unasked(name)
        self.storage.current_step = name
        form: StepForm = self.get_form(data=request.POST)
        if self.goes_back and self.untouched(name, form):
            return redirect(self.back_url(name))
        try:
            self.keep(form)
        except StaleAnswer as stale:
            return self.conflict(form, stale)
        except Case.DoesNotExist:
            return lost(request)
        return self.go_on(form)

    def keep(self, form: StepForm) -> None:
        """Save the step, and what its change means for the later ones."""
        name, seen, before = self.steps.current, self.case.version, self.aside_before()
        case = services.answers.save_step(
            self.case,
            step=name,
            typed=form.typed(self.request.POST),
            clean=form.answer() if form.is_valid() and not self.changes_page else None,
            version=self.version_shown(),
        )
        services.answers.note_visit(case)
        self.look_at(case)
        # With nothing after it and nothing from another tab, the step has upset no other answer.
        if form.is_valid() and (self.answered_after(name) or case.version > seen + 1):
            self.settle(before)

    def untouched(self, name: str, form: StepForm) -> bool:
        """Whether nothing was said yet. What only comes ticked is no answer; it may come ticked
        otherwise the next time. What a change before reopened fits again when that is undone."""
        kept = self.case.answers.get(name)
        return (kept is None or "reopened" in kept) and not form.has_changed()

    def aside_before(self) -> frozenset[str]:
        """What lies aside already, and was said to. After a slip all of it is said once more: the
        answer that would tell what was said is gone."""
        last = self.case.answers.get(self.steps.current)
        if last and last["clean"] is None:
            return frozenset()
        return frozenset(step.name for step in set_aside(self.case.answers))

    def answered_after(self, name: str) -> bool:
        """Whether any later step has an answer, asked or not."""
        later = list(BY_NAME)[list(BY_NAME).index(name) + 1 :]
        return any(each in self.case.answers for each in later)

    def settle(self, before: frozenset[str]) -> None:
        """Ask again what no longer holds, and say what the change set aside or brought back."""
        changed = recheck(self.case.answers, on=self.on)
        if changed:
            self.look_at(services.answers.reweigh(self.case, clean=changed))
        aside = {step.name for step in set_aside(self.case.answers)}
        if labels := self.questions(aside - before):
            messages.info(self.request, _aside_in_words(labels))
        if self.questions((before - aside) & set(self.walk.counted)):
            messages.info(self.request, _("之前放在一边的回答，现在又用上了。"))

    def questions(self, names: Collection[str]) -> list[str]:
        """What the accepted answers to these steps are called, in the order of the flow."""
        answers = clean_answers(self.case.answers)
        steps = [step for step in STEPS if step.name in names and step.name in answers]
        return [label for step in steps for label in names_of_questions(step, answers[step.name])]

    def go_on(self, form: StepForm) -> HttpResponseBase:
        """The next page: back, this one again with its errors, the next step, or the check page."""
        name = self.steps.current
        if self.walk.step(name) is None:
            return self.to_due(_("这一题已经不需要回答，请从这里继续。"))
        if self.goes_back:
            return redirect(self.back_url(name))
        if size := self.request.POST.get("size"):
            return remembering(redirect(self.kept_origin(self.get_step_url(name))), size)
        if self.changes_page:
            return redirect(self.same_page(name))
        if not form.is_valid():
            self.count_errors(form)
            return self.shown(form, show_errors=True)
        if self.came_from:
            return self.back_there()
        following = self.get_next(name)
        went_on(name, following or CHECK, on=self.on)
        return redirect(self.get_step_url(following) if following else self.check_url)

    def get_next(self, name: str) -> str | None:
        """The step after this one, as the answers now are."""
        names = [step.name for step in self.walk.asked]
        return next(iter(names[names.index(name) + 1 :]), None)

    def back_there(self) -> HttpResponseRedirect:
        """To the page the person came from, unless the change raised new questions before it."""
        due = self.walk.open
        if due is None or self.reached(due.name):
            return redirect(self.origin_url(self.steps.current))
        before = self.walk.before(due.name)
        messages.info(self.request, why_open(self.case.answers, due, before, on=self.on))
        return redirect(self.kept_origin(self.get_step_url(due.name)))

    def reached(self, due: str) -> bool:
        """Whether the page the person came from stands before the question that is due, or is it;
        nothing stands behind the check page."""
        names = [step.name for step in self.walk.asked]
        origin = self.came_from
        return origin in names and names.index(origin) <= names.index(due)

    def conflict(self, form: StepForm, stale: StaleAnswer) -> HttpResponseBase:
        """Both answers on one page; sending this one again keeps it."""
        self.look_at(stale.current)
        if self.walk.step(self.steps.current) is None:
            return self.to_due(_("这一题已经不需要回答，请从这里继续。"))
        other = clean_answers(stale.current.answers).get(self.steps.current)
        theirs = list(form.said(other)) if other is not None else []
        self.count_errors(form)
        return self.shown(form, show_errors=True, theirs=theirs, stale=True)

    def count_errors(self, form: StepForm) -> None:
        """Count what the page is about to say is wrong with the answer."""
        shown_errors(self.steps.current, form, on=self.on)

    def shown(self, form: StepForm, **context: Any) -> HttpResponseBase:
        """The page of the current step."""
        return cast(HttpResponseBase, self.render(form, **context))

    def elsewhere(self, name: str) -> HttpResponseRedirect | None:
        """Where to go instead of a step that is unknown, not asked, or ahead of its turn."""
        if self.walk.step(name) is None:
            return self.to_due(_("这一题不需要回答，请从这里继续。"))
        names, due = [step.name for step in self.walk.asked], self.walk.open
        if due is None or names.index(name) <= names.index(due.name):
            return None
        return self.to_due(_("请先回答这一题。"))

    def to_due(self, words: str) -> HttpResponseRedirect:
        """To the first question that waits for an answer, or to the check page."""
        due = self.walk.open
        messages.info(self.request, words if due is None or due.asks else READ_FIRST)
        return redirect(self.get_step_url(due.name) if due else self.check_url)

    def keep_unasked(self, name: str) -> HttpResponseBase:
        """A step that another tab made needless: keep the text should it be asked again, go on."""
        words = _("这一题已经不需要回答，请从这里继续。")
        try:
            self.put_aside(name)
        except StaleAnswer as stale:
            # The same form came twice, or another tab was quicker: its text is kept already.
            self.look_at(stale.current)
            words = _("这一题刚才在别的页面改过，以那边为准；现在也不需要回答了。")
        except Case.DoesNotExist:
            return lost(self.request)
        return self.to_due(words)

    def keep_half(self, name: str) -> HttpResponseBase:
        """Keep what stands typed, whatever it is, and say so; nothing is judged or asked anew."""
        kept = True
        try:
            self.keep_words(name, self.form_sent(name))
        except StaleAnswer:
            kept = False
        except Case.DoesNotExist:
            return lost(self.request)
        if not self.request.htmx:
            return redirect(self.kept_origin(self.get_step_url(name)))
        return render(self.request, "wizard/kept.html", {"kept": kept})

    def go_away(self, name: str, place: str) -> HttpResponseBase:
        """Keep what stands typed, then go where a button that looks like a link leads. Other words
        from another tab are shown first, unless the person leaves."""
        form = self.form_sent(name)
        try:
            if not self.untouched(name, form):
                self.keep_words(name, form)
        except StaleAnswer as stale:
            theirs = stale.current.answers[name]["typed"]
            if place != LEAVE and theirs != form.typed(self.request.POST):
                self.storage.current_step = name
                return self.conflict(form, stale)
        except Case.DoesNotExist:
            return lost(self.request)
        return to_place(place, case=self.case.pk, step=name)

    def keep_words(self, name: str, form: StepForm) -> None:
        """Keep what stands typed as no answer."""
        case = services.answers.keep_half_typed(
            self.case, step=name, typed=form.typed(self.request.POST), version=self.version_shown()
        )
        services.answers.note_visit(case)

    def put_aside(self, name: str) -> None:
        """Save the words of a step that is not asked. Other ones than were accepted before are to
        be confirmed when it is asked again; an unknown step has no words."""
        if name not in BY_NAME:
            return
        typed = self.form_sent(name).typed(self.request.POST)
        stored = self.case.answers.get(name, {})
        clean = stored["clean"] if stored.get("typed") == typed else None
        services.answers.save_step(
            self.case, step=name, typed=typed, clean=clean, version=self.version_shown()
        )

    def form_sent(self, name: str) -> StepForm:
        """The form of a step, asked or not, with what was sent."""
        return BY_NAME[name].form(self.request.POST, answers=self.walk.before(name), on=self.on)

    def version_shown(self) -> int:
        """The version of the case that the page was made from."""
        shown = self.request.POST.get("version", "")
        return int(shown) if shown.isdecimal() and len(shown) < 9 else 0

    @property
    def came_from(self) -> str:
        """The page from which the person came to change one answer; "" on the ordinary way."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        origin = str(sent.get("from", ""))
        return origin if origin in RETURNS else ""

    def origin_url(self, name: str) -> str:
        """The page the person came from; on the check page, the row of the step."""
        if self.came_from == CHECK:
            return f"{self.check_url}#{name}"
        return self.get_step_url(self.came_from)

    @property
    def goes_back(self) -> bool:
        """Whether the button at the top was pressed."""
        return bool(self.request.POST.get("nav") == "back")

    @property
    def changes_page(self) -> bool:
        """Whether a button for one group of questions more or less was pressed."""
        return str(self.request.POST.get("nav", "")).partition(":")[0] in (ADD, REMOVE)

    def same_page(self, name: str) -> str:
        """This page once more, at the group of questions that was changed."""
        channel = self.request.POST["nav"].partition(":")[2]
        return f"{self.kept_origin(self.get_step_url(name))}#last-{slugify(channel)}"

    def kept_origin(self, url: str) -> str:
        """The address, with the page the person came from."""
        return f"{url}?from={self.came_from}" if self.came_from else url

    @property
    def check_url(self) -> str:
        return reverse("check", args=[self.case.pk])

    def back_url(self, name: str) -> str:
        """The page before this one; of a notice always the question that led to it."""
        # While a question is open, the check page would only lead back to it.
        check_waits = self.came_from == CHECK and self.walk.open is not None
        if self.came_from and BY_NAME[name].asks and not check_waits:
            return self.origin_url(name)
        names = [step.name for step in self.walk.asked]
        index = names.index(name)
        before = self.get_step_url(names[index - 1]) if index else reverse("start")
        return self.kept_origin(before)

    def get_step_url(self, step: str) -> str:
        """The address of a step of this case."""
        return reverse("step", args=[self.case.pk, step])

    def get_form_prefix(self, step: str | None = None, form: object = None) -> str:
        """No prefix: the names of the questions are unique by themselves."""
        return ""

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """The answers before the step, and today."""
        before: Answers = self.walk.before(step or self.steps.current)
        return {"answers": before, "on": self.on}

    def get_template_names(self) -> list[str]:
        """The step's own template, if it says more than its question."""
        return [f"wizard/{self.steps.current}.html", "wizard/step.html"]

    def get_context_data(self, form: StepForm, **kwargs: Any) -> dict[str, Any]:
        """What the templates of the steps show."""
        step = BY_NAME[self.steps.current]
        return {
            "form": form,
            "step": step,
            "part": PARTS.index(step.part) + 1,
            "parts": len(PARTS),
            "back_url": self.back_url(step.name),
            "came_from": self.came_from,
            "all_answered": self.walk.open is None,
            "case": self.case,
            "show_code": bool(self.case.answers),
            # Whole when it is shown for the first time, one line afterwards.
            "code_open": len(self.case.answers) == 1,
            "show_errors": False,
            "ticked": _ticked(form),
            "decides_stage": step.name in TELLING,
            **(self.verdict() if step.name in VERDICTS else {}),
            **kwargs,
        }

    def verdict(self) -> dict[str, object]:
        """Where the order stands, by the answers before this page, and which these are."""
        facts = facts_from(self.walk.before(self.steps.current), on=self.on)
        situation = Situation(facts=facts, knowledge=knowledge.load(), on=self.on)
        before = walk(self.walk.before(self.steps.current))
        return {
            "verdict": verdict(situation),
            "told": told(before, situation),
            "answered": before.counted,
        }

    def done(self, form_list: object, **kwargs: Any) -> HttpResponse:
        """Nothing is done here, because formtools would do it on GET; the check page submits."""
        return redirect(self.check_url)


def _ticked(form: StepForm) -> Mapping[str, Any]:
    """The chosen values of every question, for templates that draw the boxes themselves."""
    return {name: form[name].value() or [] for name in form.fields}


def _aside_in_words(labels: Sequence[str]) -> str:
    """That these answers wait; a long list is cut, the check page has all of it."""
    more = len(labels) > LABELS_TOLD
    words = _("您改了前面的回答，这些内容先放在一边，改回来还在：%(labels)s%(more)s。")
    return words % {
        "labels": "；".join(labels[:LABELS_TOLD]),
        "more": _("，等 %(count)d 项") % {"count": len(labels)} if more else "",
    }


def _asked(name: str, wizard: CaseWizard) -> bool:
    return wizard.walk.step(name) is not None


step = CaseWizard.as_view(
    [(each.name, each.form) for each in STEPS],
    condition_dict={each.name: partial(_asked, each.name) for each in STEPS},
    url_name="step",
    done_step_name=CHECK,
)
