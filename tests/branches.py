"""Answers that lead different ways, told apart by what the steps after them look at.

Two states before a step are alike when the order is in the same stage, and every later step is
asked, and looks, the same in both, and still would after any one later answer. Of states that are
alike one is enough to be walked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from cases.vocabulary import Stage
from cases.wizard import fields as f
from cases.wizard.answers import TELLING, Answers, clean_answers, stage_of, value
from cases.wizard.recommendation import ChosenChannels
from cases.wizard.steps import STEPS, Step, Walk, walk
from tests.flow import ON, Table, Typed, clean, typed_for, typed_value
from tests.stories import facts

State = tuple[Any, ...]
Stored = dict[str, dict[str, Any]]

DAY, LONG_AGO = "2026-11-16", "2023-01-05"
# Beyond this many, the questions of a page are varied one after the other.
COMBINATIONS = 100
# What a step looks at, when it looks at all answers: it wants to know the stage.
STAGE = "the stage"
STAGE_RESTS_ON = tuple(name for names in TELLING.values() for name in names)
# Which channels a plan offers rests on every answer; these stories bring what they are.
SEEN_TO_THE_END = (
    "activated_after_request_by_someone_else",
    "number_reserved_cannot_revoke",
    "wait_for_monthly_settlement",
)
TEXTS: dict[type[forms.Field], str] = {f.PhoneField: "13800138000", f.PostcodeField: "100000"}


_seen: dict[tuple[Any, ...], Any] = {}


class Noting(dict[str, Mapping[str, Any]]):
    """Answers to nothing that note which names they are asked for."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.names: set[str] = set()

    def values(self) -> Any:
        """The answers, each one noting; the last one empty, so that every name is seen."""
        return [_NotingAnswer(clean, self.names) for clean in [*super().values(), {}]]


class _NotingAnswer(dict[str, Any]):
    def __init__(self, clean: Mapping[str, Any], names: set[str]) -> None:
        super().__init__(clean)
        self.names = names

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def items(self) -> Any:
        """Who looks at everything wants to know the stage."""
        self.names.add(STAGE)
        return super().items()


def ways(step: Step, answers: Answers) -> Iterator[tuple[Typed, dict[str, Any]]]:
    """(typed, clean) for every answer to a step that may make a difference."""
    questions = step.form(answers=answers, on=ON).fields
    for typed in _combinations(questions, varied=_deciding(step)):
        yield from _accepted(step, typed, answers)


def _accepted(step: Step, typed: Typed, answers: Answers) -> list[tuple[Typed, dict[str, Any]]]:
    form = step.form(MultiValueDict(typed), answers=answers, on=ON)
    return [(typed, form.answer())] if form.is_valid() else []


def state(index: int, answers: Answers) -> State:
    """What the steps from `index` on see of the answers, now or after one more answer."""
    names = sorted({name for seen in looked_at()[index:] for name in seen} | set(STAGE_RESTS_ON))
    return _state(index, tuple((name, _hashable(value(answers, name))) for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A step that is due, the case's `answers` before it, and those after it: one a way."""

    step: Step
    stored: Stored
    ways: tuple[Stored, ...]

    @property
    def before(self) -> Walk:
        """The walk up to here."""
        return walk(clean_answers(self.stored))


@cache
def forks() -> tuple[Fork, ...]:
    """Every step in every state that can be reached."""
    found: list[Fork] = []
    reached: dict[State, Stored] = {state(0, {}): {}}
    for index, step in enumerate(STEPS):
        if _offers_channels(step):
            reached |= {(story,): _told(facts(story), until=step) for story in SEEN_TO_THE_END}
        onward: dict[State, Stored] = {}
        for stored in reached.values():
            if not step.asked_when(clean_answers(stored)):
                onward.setdefault(state(index + 1, clean_answers(stored)), stored)
                continue
            fork = _fork(index, stored)
            found.append(fork)
            for after in fork.ways:
                onward.setdefault(state(index + 1, clean_answers(after)), after)
        reached = onward
    return tuple(found)


def _told(told: Table, *, until: Step) -> Stored:
    """A case's `answers` before a step, when somebody answers with these facts."""
    typed, stored = typed_for(told), Stored()
    while (due := walk(clean_answers(stored)).open) and due != until:
        clean_answer = clean(due.name, typed[due.name], walk(clean_answers(stored)))
        stored[due.name] = {"typed": typed[due.name], "clean": clean_answer, "version": 1}
    return stored


def _fork(index: int, stored: Stored) -> Fork:
    step, counted = STEPS[index], clean_answers(stored)
    each_way: dict[State, Stored] = {}
    for typed, answer in ways(step, counted):
        after = {**stored, step.name: {"typed": typed, "clean": answer, "version": 1}}
        each_way.setdefault(state(index + 1, clean_answers(after)), after)
    return Fork(step=step, stored=stored, ways=tuple(each_way.values()))


@cache
def looked_at() -> tuple[frozenset[str], ...]:
    """The names that each step's condition and page ask the answers for."""
    return tuple(frozenset(_names(step, {})) for step in STEPS)


def _names(step: Step, given: dict[str, Any]) -> frozenset[str]:
    """The names a step asks for when it is given some, and when it is given those as well."""
    return _names_given(step, frozenset(given.items()))


@cache
def _names_given(step: Step, pairs: frozenset[tuple[str, Any]]) -> frozenset[str]:
    """The same answers come in many orders, and looking at a page takes its time."""
    given = dict(pairs)
    noting = Noting(_as_answers(given))
    step.asked_when(noting)
    page(step, noting)
    found = noting.names - set(given)
    for name in sorted(found - {STAGE}):
        for each in _answers_by_name()[name]:
            found |= _names(step, {**given, name: each})
    if STAGE in found:
        for stage in _answers_by_stage():
            found |= _names(step, {**given, **stage, STAGE: True})
    return frozenset(found)


@cache
def _state(index: int, seen: tuple[tuple[str, Any], ...]) -> State:
    answers = dict(seen)
    now = tuple(_seen_by(later, answers) for later in range(index, len(STEPS)))
    return (_stage(answers), now, tuple(_after_one_more(index, answers)))


def _after_one_more(index: int, answers: dict[str, Any]) -> Iterator[Any]:
    """How each later step would be after each answer to a question before it."""
    for name, each in _answers_from(index):
        more = {**answers, name: each}
        for later in _lookers(name):
            if later >= index:
                yield _seen_by(later, more)


def _seen_by(index: int, answers: dict[str, Any]) -> Any:
    """What a step makes of the answers before it: whether it is asked, and its page."""
    names = looked_at()[index]
    stage = _stage(answers) if STAGE in names else None
    key = (index, stage, tuple((name, answers.get(name)) for name in sorted(names)))
    if key not in _seen:
        before, step = _as_answers(answers), STEPS[index]
        _seen[key] = step.asked_when(before), page(step, before)
    return _seen[key]


def _stage(answers: dict[str, Any]) -> Stage:
    return _stage_by(tuple((name, answers.get(name)) for name in STAGE_RESTS_ON))


@cache
def _stage_by(seen: tuple[tuple[str, Any], ...]) -> Stage:
    return stage_of(_as_answers(dict(seen)))


@cache
def _lookers(name: str) -> tuple[int, ...]:
    """The steps that look at a name themselves."""
    return tuple(index for index, names in enumerate(looked_at()) if name in names)


@cache
def _answers_from(index: int) -> tuple[tuple[str, Any], ...]:
    """(name, JSON value) of what may be answered from a step on."""
    found = (pair for step in STEPS[index:] for pair in _answers_of(step))
    return tuple(dict.fromkeys(found))


@cache
def _answers_of(step: Step) -> tuple[tuple[str, Any], ...]:
    """(name, JSON value) of what may be answered to a step, as its page looks at first."""
    return tuple(pair for _question, answer in _one_by_one(step) for pair in answer.items())


@cache
def _one_by_one(step: Step) -> tuple[tuple[str, dict[str, Any]], ...]:
    """(question, clean) with one question answered each way, the others in the first way."""
    questions = step.form(answers={}, on=ON).fields
    return tuple(
        (name, {key: _hashable(each) for key, each in answer.items() if _simple(each)})
        for name in questions
        for typed in _combinations(questions, varied={name})
        for _same, answer in _accepted(step, typed, {})
    )


@cache
def _deciding(step: Step) -> frozenset[str]:
    """The questions whose answers some step looks at; also those that are only asked sometimes."""
    names = {*STAGE_RESTS_ON, *(name for seen in looked_at() for name in seen)}
    seen: defaultdict[str, set[Any]] = defaultdict(set)
    for question, answer in _one_by_one(step):
        seen[question].add(tuple((name, answer[name]) for name in sorted(names & set(answer))))
    idle = {question for question, different in seen.items() if len(different) == 1}
    return frozenset({*step.form.base_fields, *seen} - idle)


@cache
def _answers_by_name() -> Mapping[str, list[Any]]:
    """The JSON values that may be answered, by name; a name nobody answers has none."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for name, each in _answers_from(0):
        found[name].append(each)
    return found


@cache
def _answers_by_stage() -> tuple[dict[str, Any], ...]:
    """For each stage that one answer tells, such an answer."""
    found = {_stage({name: each}): {name: each} for name, each in _answers_from(0)}
    return tuple(found.values())


def page(step: Step, answers: Answers) -> tuple[str, ...]:
    """A page's title and the kinds of its questions; the boxes of the plan are the plan's."""
    if _offers_channels(step):
        return ()
    form = step.form(answers=answers, on=ON)
    return (str(form.title), *(type(field).__name__ for field in form.fields.values()))


def _offers_channels(step: Step) -> bool:
    """Whether a step's page is made from the plan, which rests on every answer."""
    return any(isinstance(field, ChosenChannels) for field in step.form.base_fields.values())


def _combinations(
    questions: Mapping[str, forms.Field], *, varied: Collection[str]
) -> Iterator[Typed]:
    """Every combination of answers to the varied questions, the first answer to the others."""
    each = [
        [_typed(name, field, answer) for answer in _values(field)][: None if name in varied else 1]
        for name, field in questions.items()
    ]
    for row in _rows(each):
        yield {name: texts for typed in row for name, texts in typed.items()}


def _rows(each: list[list[Typed]]) -> Iterator[list[Typed]]:
    """Every combination; of a large page the first answers, with one changed at a time."""
    if prod(len(answers) for answers in each) <= COMBINATIONS:
        yield from (list(row) for row in product(*each))
        return
    first = [answers[0] for answers in each]
    yield first
    for index, answers in enumerate(each):
        yield from ([*first[:index], other, *first[index + 1 :]] for other in answers[1:])


def _typed(name: str, field: forms.Field, answer: Any) -> Typed:
    if isinstance(field, ChosenChannels):
        return {name: list(answer)}
    return typed_value(field, name, answer)


def _values(field: forms.Field) -> list[Any]:
    """The JSON values worth trying for a question; None is 不清楚."""
    match field:
        case ChosenChannels():
            return [field.initial or [], *([code] for code in field.labels())]
        case f.YesNo():
            return [True, False, None]
        case f.OneOf():
            return [None if code == f.UNKNOWN else code for code in field.labels()]
        case f.ManyOf():
            alone = (f.UNKNOWN, f.NONE_OF_THESE)
            return [*([code] for code in field.labels() if code not in alone), [], None]
        case f.ChineseDateField():
            return [DAY, LONG_AGO, None]
        case f.MoneyField():
            return ["59.00", "20.00", "0.00", None]
        case f.CountField():
            return [1, None]
    return [TEXTS.get(type(field), "甲")]


def _simple(answer: Any) -> bool:
    """Whether it is one value or several codes, and no table."""
    return not isinstance(answer, list) or all(isinstance(part, str) for part in answer)


def _hashable(answer: Any) -> Any:
    return tuple(answer) if isinstance(answer, list) else answer


def _as_answers(clean: Mapping[str, Any]) -> Answers:
    """Answers with everything in one step; what is not known is left out."""
    plain = {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in clean.items()
        if each is not None
    }
    return {"": plain}
