"""Every way through the wizard, through the client: it leads on, and it leads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.wizard import fields as f
from cases.wizard.answers import clean_answers
from cases.wizard.forms.notices import Notice
from cases.wizard.steps import STEPS, Step, walk
from tests.branches import Fork, Stored, forks, page
from tests.flow import ON, Typed
from tests.walker import Walker

pytestmark = pytest.mark.django_db

HALF = "写到一半"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day on which the ways were told apart."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    return Walker(client)


def put(lin: Walker, stored: Stored) -> None:
    """Let the case have these answers, as if they had just been given."""
    case = lin.case
    case.answers, case.version = stored, 1
    case.save()
    case.plans.all().delete()


@dataclass(frozen=True, slots=True)
class Way:
    """An answer to a step: what was typed, and which pages come before it and after it."""

    fork: Fork
    typed: Typed
    behind: str
    ahead: str


@cache
def different_ways() -> tuple[Way, ...]:
    """One answer for each look of each page, with each page before and each after it."""
    seen: dict[Any, Way] = {}
    for fork in forks():
        look = page(fork.step, fork.before.before(fork.step.name))
        for after in fork.ways:
            way = _way(fork, after)
            seen.setdefault((fork.step.name, look, way.behind, way.ahead), way)
    return tuple(seen.values())


def _way(fork: Fork, after: Stored) -> Way:
    asked = ["start", *(step.name for step in walk(clean_answers(after)).asked), "check"]
    index, name = asked.index(fork.step.name), fork.step.name
    return Way(fork, after[name]["typed"], asked[index - 1], asked[index + 1])


def different_pages() -> list[Fork]:
    """One fork for each look of each page and each page before it; those without a way on too."""
    seen: dict[Any, Fork] = {}
    for fork in forks():
        names = ["start", *(step.name for step in fork.before.asked)]
        look = page(fork.step, fork.before.before(fork.step.name))
        behind = names[names.index(fork.step.name) - 1]
        seen.setdefault((fork.step.name, look, behind), fork)
    return list(seen.values())


def address(lin: Walker, name: str) -> str:
    """Where the page of that name is: a step, the check page, or the start."""
    if name == "start":
        return reverse("start")
    return reverse("check", args=[lin.case_id]) if name == "check" else lin.url(name)


def preceding(lin: Walker, fork: Fork) -> str:
    """The address of the page before a step."""
    names = ["start", *(step.name for step in fork.before.asked)]
    return address(lin, names[names.index(fork.step.name) - 1])


def half_typed(fork: Fork) -> Typed:
    """The first choice of every question, or a few words in its first box."""
    form = fork.step.form(answers=fork.before.before(fork.step.name), on=ON)
    typed: Typed = {}
    for name, field in form.fields.items():
        if isinstance(field, f.Chosen):
            typed[name] = [next(iter(field.labels()))]
        elif isinstance(field, f.Question):
            typed[field.names(name)[0]] = [HALF]
    return typed


def test_every_step_is_reached() -> None:
    assert {fork.step.name for fork in forks()} == {step.name for step in STEPS}


def test_every_question_can_be_answered() -> None:
    for fork in forks():
        assert fork.ways or is_an_end(fork.step), fork.step.name


def is_an_end(step: Step) -> bool:
    """Whether a page says that there is nothing here to go on with, and only leads back."""
    return issubclass(step.form, Notice) and step.form.final


def test_every_answer_leads_to_the_next_page(lin: Walker) -> None:
    for way in different_ways():
        put(lin, way.fork.stored)
        name = way.fork.step.name

        response = lin.client.post(lin.url(name), {**way.typed, "version": "1"})

        assert response.status_code == 302, (name, way.typed)
        assert response["Location"] == address(lin, way.ahead), (name, way.typed)
        assert lin.client.get(response["Location"]).status_code == 200, (name, way.ahead)


def test_every_last_answer_leads_to_a_plan(lin: Walker) -> None:
    for fork in forks():
        if fork.step is STEPS[-1]:
            put(lin, fork.ways[0])
            assert lin.submit()["Location"] == address_of_plan(lin)
            assert lin.client.get(address_of_plan(lin)).status_code == 200


def address_of_plan(lin: Walker) -> str:
    return reverse("plan", args=[lin.case_id])


def test_every_page_can_be_seen_and_leads_back(lin: Walker) -> None:
    for fork in different_pages():
        put(lin, fork.stored)

        shown = lin.get(fork.step.name)

        assert shown.status_code == 200, fork.step.name
        assert shown.context["back_url"] == preceding(lin, fork), fork.step.name


def test_going_back_keeps_what_was_typed_so_far(lin: Walker) -> None:
    for fork in different_pages():
        name, typed = fork.step.name, half_typed(fork)
        put(lin, fork.stored)

        response = lin.client.post(lin.url(name), {**typed, "version": "1", "nav": "back"})

        assert response["Location"] == preceding(lin, fork), name
        assert lin.client.get(response["Location"]).status_code == 200, name
        assert_shown(lin.get(name), typed)


def assert_shown(response: Any, typed: Typed) -> None:
    """What was typed stands in the page's boxes again."""
    text = response.content.decode()
    assert text.count(f'value="{HALF}"') == list(typed.values()).count([HALF])
    form = response.context["form"]
    for name, [chosen] in typed.items():
        if chosen != HALF:
            assert chosen in form[name].value(), name
