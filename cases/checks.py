"""`manage.py check`: content against code."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.utils import timezone

from cases import deadlines, lanes
from cases import knowledge as knowledge_package
from cases.assessment import (
    assess,
    conditions,
    handling,
    identity,
    ordering,
    payment,
    redress,
    stage,
    terms,
    wording,
)
from cases.assessment import situation as situation_module
from cases.assessment.circumstances import CIRCUMSTANCES
from cases.assessment.wording import PUT_OFF
from cases.deadlines import announced
from cases.facts import Facts
from cases.knowledge import Knowledge, KnowledgeError
from cases.knowledge.banned_words import banned_in_content
from cases.knowledge.reviews import reviews
from cases.knowledge.schema import Letter
from cases.plan import (
    actions,
    carrier,
    court,
    make_plan,
    name_misused,
    parcel,
    personal_data,
    regulator,
    seller,
    withheld,
)
from cases.renderings import chronicle, letter_values, outline, spoken
from cases.renderings.letters import BlankInLetter, write_letter
from cases.vocabulary import (
    ActivatedBy,
    CarrierRecord,
    CarrierReply,
    EvidenceKind,
    SellerReply,
    Unit,
)
from cases.wizard.steps import STEPS

PREDICATE_MODULES = (ordering, terms, payment, identity, handling, redress)
SPEAKING_MODULES = (
    deadlines,
    lanes,
    situation_module,
    wording,
    stage,
    actions,
    carrier,
    court,
    name_misused,
    parcel,
    personal_data,
    regulator,
    seller,
    withheld,
    chronicle,
    letter_values,
    outline,
    spoken,
)
# Phrases whose names are put together: what they begin with, and what may follow.
FAMILIES: Mapping[str, frozenset[str]] = {
    "sum_": frozenset(Unit),
    "signal_record_": frozenset(CarrierRecord),
    "signal_parcel_": frozenset(stage.BY_PARCEL),
    "signal_page_": frozenset(stage.BY_PAGE),
    "event_activated_": frozenset(ActivatedBy),
    "event_seller_": frozenset(SellerReply) - {SellerReply.NONE},
    "conduct_": PUT_OFF | {SellerReply.DEDUCTION},
    "excuse_": PUT_OFF,
    "event_carrier_": frozenset(CarrierReply) - {CarrierReply.NONE},
}
SPOKEN = frozenset({"phrase", "say", "line"})
LITERAL_FAMILY = re.compile(r"(why|shut|event|standing|odd)_[a-z_]*[a-z]")
NOT_VARIABLES = frozenset({"and", "or", "not", "in", "forloop"})


def ground_faults(knowledge: Knowledge) -> Iterator[str]:
    """A ground without a predicate, a predicate without a ground, a name used twice."""
    names = [p.__name__ for module in PREDICATE_MODULES for p in module.PREDICATES]
    for name in sorted(set(knowledge.grounds) - set(names)):
        yield f"grounds/{name}.toml has no predicate in cases/assessment"
    for name in sorted(set(names) - set(knowledge.grounds)):
        yield f"the predicate {name} has no grounds/{name}.toml"
    for name, number in Counter(names).items():
        if number > 1:
            yield f"there are {number} predicates named {name}"


def condition_faults(knowledge: Knowledge) -> Iterator[str]:
    """A condition that a predicate uses without a sentence, a sentence that none uses, a variant
    of a ground given a condition that does not exist."""
    known = {name for name, _ in inspect.getmembers(conditions, inspect.isfunction)}
    used = {name for module in PREDICATE_MODULES for name in _attributes_of("c", module)} & known
    for ground, item in knowledge.grounds.items():
        for name in sorted({variant.given for variant in item.variants} - known):
            yield f"grounds/{ground}.toml has a variant given {name}, which is no condition"
    for name in sorted(used - set(knowledge.conditions)):
        yield f"conditions.toml lacks [conditions.{name}]"
    for name in sorted(set(knowledge.conditions) - used):
        yield f"conditions.toml: no predicate uses [conditions.{name}]"


def _attributes_of(name: str, module: ModuleType) -> Iterator[str]:
    """Every `x` of `name.x` in the source of a module."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute) if owner == name:
                yield attribute


def circumstance_faults(knowledge: Knowledge) -> Iterator[str]:
    """A circumstance without a predicate or the reverse, or with a blank that nobody fills in."""
    for name in sorted(set(knowledge.circumstances) - set(CIRCUMSTANCES)):
        yield f"circumstances/{name}.toml has no predicate in cases/assessment"
    for name in sorted(set(CIRCUMSTANCES) - set(knowledge.circumstances)):
        yield f"the predicate {name} has no circumstances/{name}.toml"
    words = assess(Facts(), knowledge, on=knowledge.checked_on).situation.words
    for name, row in knowledge.circumstances.items():
        try:
            row.says.format_map(words)
        except (KeyError, ValueError) as fault:
            yield f"circumstances/{name}.toml has the blank {fault.args[0]}, which nobody fills in"


def letter_faults(knowledge: Knowledge) -> Iterator[str]:
    """A letter whose `needs` and whose text disagree, or that needs what nobody fills in."""
    for channel, letter in knowledge.letters.items():
        used, needs = set(_variables(letter)), set(letter.head.needs)
        for name in sorted(used - needs):
            yield f"letters/{channel}.md uses {name}, which needs does not list"
        for name in sorted(needs - used):
            yield f"letters/{channel}.md lists {name} in needs and does not use it"
        for name in sorted(set(letter.head.grounds) - set(knowledge.grounds)):
            yield f"letters/{channel}.md lists the unknown ground {name}"
    yield from _letters_with_blanks(knowledge)


def _variables(letter: Letter) -> Iterator[str]:
    """The variables a template reads, loop variables apart."""
    source = "\n".join((letter.facts, letter.requests, *letter.texts.values()))
    loops = re.findall(r"{%\s*for\s+(\w+)\s+in\s+(\w+)", source)
    ours = {name for name, _ in loops} | NOT_VARIABLES
    read = [over for _, over in loops] + re.findall(r"{{\s*(\w+)", source)
    for test in re.findall(r"{%\s*(?:if|elif)\s+(.*?)%}", source):
        read += re.findall(r"[a-z_]+", test)
    yield from (name for name in read if name not in ours)


def _letters_with_blanks(knowledge: Knowledge) -> Iterator[str]:
    """Write each letter for somebody of whom nothing is known."""
    plan = make_plan(assess(Facts(), knowledge, on=knowledge.checked_on))
    for channel in knowledge.letters:
        try:
            write_letter(plan, replace(plan.actions[0], channel=channel))
        except (BlankInLetter, KeyError) as fault:
            yield f"letters/{channel}.md needs {fault.args[0]}, which nobody fills in"


def answer_faults(knowledge: Knowledge) -> Iterator[str]:
    """A canned answer that asks for a step or a kind of evidence that does not exist."""
    known = {f"step:{step.name}" for step in STEPS} | {f"evidence:{kind}" for kind in EvidenceKind}
    for stem, answer in knowledge.answers.items():
        for name in sorted(set(answer.head.asks) - known):
            yield f"answers/{stem}.md asks for {name}, which does not exist"


def phrase_faults(knowledge: Knowledge) -> Iterator[str]:
    """A sentence the code says and phrases.toml lacks."""
    families = {f"{start}{end}" for start, ends in FAMILIES.items() for end in ends}
    said = {name for module in SPEAKING_MODULES for name in _said(module)}
    for name in sorted((said | families) - set(knowledge.phrases)):
        yield f"phrases.toml lacks {name}"


def _said(module: ModuleType) -> Iterator[str]:
    """Phrase names that stand as literals: in a call that says one, or by how they begin."""
    tree = ast.parse(inspect.getsource(module))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
             for part in node.values}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name_of(node.func) in SPOKEN:
            yield from _literals(node.args[0])
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            yield from (name for name in _literals(node) if LITERAL_FAMILY.fullmatch(name))


def _name_of(function: ast.expr) -> str | None:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return None


def _literals(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(name)):
            yield name
        case ast.IfExp(body=body, orelse=orelse):
            yield from _literals(body)
            yield from _literals(orelse)


RULES: Mapping[str, Callable[[Knowledge], Iterator[str]]] = {
    "cases.E002": ground_faults,
    "cases.E003": condition_faults,
    "cases.E004": letter_faults,
    "cases.E005": phrase_faults,
    "cases.E006": banned_in_content,
    "cases.E007": circumstance_faults,
    "cases.E008": answer_faults,
}


@register(Tags.compatibility)
def content_and_code_agree(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse content that cannot be read, or that does not fit the code."""
    try:
        knowledge = knowledge_package.load()
    except KnowledgeError as error:
        return unreadable(error)
    return [*messages(knowledge), *freshness(knowledge, timezone.localdate())]


def unreadable(error: KnowledgeError) -> list[CheckMessage]:
    """One error a fault of the content."""
    return [Error(fault, id="cases.E001") for fault in error.faults]


def messages(knowledge: Knowledge) -> list[CheckMessage]:
    """One error for each place where content and code disagree."""
    return [Error(fault, id=name) for name, rule in RULES.items() for fault in rule(knowledge)]


def freshness(knowledge: Knowledge, today: date) -> list[CheckMessage]:
    """What somebody must look at again, seen on `today`."""
    found: list[CheckMessage] = [
        Warning(f"{file} was to be reviewed by {review.again_by}.", id="cases.W001")
        for file, review in reviews(knowledge)
        if review.again_by < today
    ]
    if not announced(today.year + 1, knowledge.calendar):
        text = f"The holidays of {today.year + 1} are not announced: working days are estimated."
        found.append(Info(text, id="cases.I001"))
    return found
