"""A person at the browser, by Django's test client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from cases import knowledge
from cases.models import Case
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk
from tests.flow import Typed, form_of, typed_for

LONGEST_WALK = 60


class Walker:
    """Opens a case and answers its steps."""

    def __init__(self, client: Client, case: Case | None = None) -> None:
        self.client = client
        self.case_id = case.pk if case else self._open()

    @property
    def case(self) -> Case:
        """The case as it is stored now."""
        return Case.objects.get(pk=self.case_id)

    def url(self, step: str) -> str:
        """The address of a step."""
        return reverse("step", args=[self.case_id, step])

    def get(self, step: str, **kwargs: Any) -> Any:
        """Show a step."""
        return self.client.get(self.url(step), **kwargs)

    def post(self, step: str, typed: Mapping[str, Any], **extra: Any) -> Any:
        """Send a step as its page would, with the version the case has now."""
        posted = {"version": str(self.case.version), "nav": "next", **typed, **extra}
        return self.client.post(self.url(step), posted)

    def answer(self, facts: Mapping[str, Any], *, until: str = "check") -> str:
        """Have answered with these facts, for whom the way there is no matter. Stores what `walk`
        would, in one go, over no other answers; returns the address it would end at."""
        case, answers = self.case, answers_to(facts, until=until, on=timezone.localdate())
        assert case.answers.items() <= answers.items(), "walk on from other answers"
        case.answers, case.version = answers, len(answers)
        case.save()
        due = walk(clean_answers(case.answers)).open
        return self.url(due.name) if due else reverse("check", args=[self.case_id])

    def walk(self, facts: Mapping[str, Any], *, until: str = "check") -> str:
        """Answer page after page with these facts; returns the address it ended at."""
        typed, url = typed_for(facts), self.url("situation")
        for _page in range(LONGEST_WALK):
            name = url.rstrip("/").rpartition("/")[2]
            if name == until:
                break
            response = self.post(name, {**ticked(self.client.get(url)), **typed[name]})
            assert response.status_code == 302, (name, response.context["form"].errors)
            url = response.url
        return url

    def submit(self) -> Any:
        """Press the button of the check page."""
        page = self.client.get(reverse("check", args=[self.case_id]))
        return self.submit_with(page.context["key"])

    def submit_with(self, key: str) -> Any:
        """Submit with a key of one's own."""
        return self.client.post(reverse("submit", args=[self.case_id]), {"key": key})

    def _open(self) -> UUID:
        response = self.client.post(reverse("start"))
        return UUID(response["Location"].split("/")[2])


def answers_to(facts: Mapping[str, Any], *, until: str, on: date) -> dict[str, Any]:
    """What a case holds after a walk with these facts as far as a step, as `Case.answers`."""
    version = knowledge.load().version
    stored = _answers_to(json.dumps(facts, sort_keys=True), until, on, version)
    return cast("dict[str, Any]", json.loads(stored))


@cache
def _answers_to(facts: str, until: str, on: date, _knowledge: str) -> str:
    """Weighing a story takes longer than storing it, and most tests tell the same three."""
    typed, stored = typed_for(json.loads(facts)), dict[str, Any]()
    so_far = walk({})
    while (due := so_far.open) and due.name != until:
        form = form_of(due.name, typed[due.name], so_far, on=on)
        assert form.is_valid(), (due.name, form.errors)
        stored[due.name] = {
            "typed": form.typed(cast("MultiValueDict[str, str]", form.data)),
            "clean": form.answer(),
            "version": len(stored) + 1,
        }
        so_far = walk(clean_answers(stored))
    return json.dumps(stored)


def ticked(page: Any) -> Typed:
    """The channels that come ticked on a page."""
    chosen = page.context["ticked"].get("chosen")
    return {"chosen": list(chosen)} if chosen else {}
