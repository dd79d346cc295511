"""How a ground is weighed: its conditions against the case, three-valued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cases.assessment.situation import Situation
from cases.vocabulary import Party, Strength

Condition = Callable[[Situation], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A ground weighed against one party. `because` and `missing` are sentences to the person,
    `conditions` the names of those that hold; `overdue` when its review is.

    A predicate leaves `ground` empty: its name is the ground.
    """

    ground: str = ""
    strength: Strength
    against: Party
    because: tuple[str, ...]
    missing: tuple[str, ...]
    conditions: tuple[str, ...]
    overdue: bool = False


Predicate = Callable[[Situation], tuple[Finding, ...]]
MOST_OPEN = 2


def weigh(
    s: Situation,
    against: Party | None,
    *conditions: Condition,
    given: tuple[Condition, ...] = (),
    at_best: Strength = Strength.STRONG,
    may_be_open: bool = True,
) -> tuple[Finding, ...]:
    """The ground's finding against a party, or nothing.

    Every condition must hold, or, when `may_be_open`, at most two that the person can find out may
    be open while another holds. `given` are conditions of scope: they may not fail, but that they
    hold is no reason. `at_best` is the strength when all hold.
    """
    held = [(condition, condition(s)) for condition in (*given, *conditions)]
    met = [condition for condition, holds in held if holds and condition not in given]
    still_open = [condition for condition, holds in held if holds is None]
    if against is None or any(holds is False for _, holds in held) or not met:
        return ()
    if still_open and not (may_be_open and len(still_open) <= MOST_OPEN):
        return ()
    missing = tuple(ask for condition in still_open if (ask := _ask(s, condition)))
    if len(missing) < len(still_open):
        return ()
    strength = Strength.NEEDS_FACT if missing else at_best
    names = tuple(_name(condition) for condition in met)
    return (
        Finding(
            against=against,
            strength=strength,
            because=reasons(s, names, me=s.words["me"], them=s.words["them"]),
            missing=missing,
            conditions=names,
        ),
    )


def stronger(first: tuple[Finding, ...], second: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The stronger of two weighings of one ground against one party; the first when equal."""
    order = list(Strength)
    both_held = (*first, *second)
    return tuple(sorted(both_held, key=lambda finding: order.index(finding.strength))[:1])


def reasons(s: Situation, conditions: tuple[str, ...], *, me: str, them: str) -> tuple[str, ...]:
    """The sentences of conditions that hold, told by `me` about `them`."""
    words = {**s.words, "me": me, "them": them, "signal": s.words["signal"].format(me=me)}
    sentences = (s.knowledge.conditions[name].holds for name in conditions)
    return tuple(sentence.format_map(words) for sentence in sentences if sentence)


def _ask(s: Situation, condition: Condition) -> str | None:
    ask = s.knowledge.conditions[_name(condition)].ask
    return ask.format_map(s.words) if ask else None


def _name(condition: Condition) -> str:
    return condition.__name__


def either(*values: bool | None) -> bool | None:
    """True when one is; else None when one is not known; else False."""
    if any(values):
        return True
    return None if None in values else False


def both(*values: bool | None) -> bool | None:
    """False when one is; else None when one is not known; else True."""
    if False in values:
        return False
    return None if None in values else True


def negated(value: bool | None) -> bool | None:
    return None if value is None else not value
