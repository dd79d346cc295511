"""How the plan's page lays out its actions: by time and choice, with the first act of today's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.renderings.outline import outline
from cases.vocabulary import Channel, Length, When
from cases.wizard.fields import Words
from cases.wizard.recommendation import advised, if_not, said_before

TODAY, LATER, TAKEN = _("今天"), _("之后"), _("您另外选的")
SPARE, LEFT_OUT = _("需要时再用"), _("您不打算用的")
GROUPS: tuple[tuple[Words, bool], ...] = (
    (TODAY, False),
    (TAKEN, False),
    (LATER, False),
    (LEFT_OUT, True),
    (SPARE, True),
)


def laid_out(content: Mapping[str, Any], chosen: Collection[str] | None) -> dict[str, Any]:
    """What the plan's page shows of a stored plan: `{plan, groups, missing, drawing}`.

    `chosen` are the slugs of the channels the person chose, None for the advice.
    """
    plan = outline(dict(content))
    groups = arranged(plan["actions"], content, chosen)
    for row in plan["today"]:
        # While the other side has to answer there is nothing to do but to wait.
        waits = row.get("when") == When.WAITING
        row["act"] = first_act(row) if "card" in row and not waits else None
    missing = sum(not item["have"] for item in plan["evidence"])
    return {"plan": plan, "groups": groups, "missing": missing, "drawing": content["drawing"]}


def arranged(
    actions: Iterable[dict[str, Any]],
    content: Mapping[str, Any],
    chosen: Collection[str] | None,
) -> list[dict[str, Any]]:
    """The groups of the page, each `{title, folded, actions}`; an empty one is left out.

    `actions` are those of the outline, `content` is the stored plan, `chosen` are the slugs the
    person chose, None for the advice. Every action gets `chosen`, and `if_not`, which says what
    follows where the choice differs from the advice.
    """
    by_title: dict[Words, list[dict[str, Any]]] = {title: [] for title, _folded in GROUPS}
    for action, row in zip(actions, content["actions"], strict=True):
        channel, when = Channel(row["channel"]), When(row["when"])
        is_chosen = advised(when) if chosen is None else action["slug"] in chosen
        action["chosen"] = is_chosen
        said = said_before(channel, content["answers"])
        action["if_not"] = "" if is_chosen is advised(when) else if_not(channel, when, said=said)
        by_title[_group(when, is_chosen)].append(action)
    return [
        {"title": title, "folded": folded, "actions": by_title[title]}
        for title, folded in GROUPS
        if by_title[title]
    ]


def _group(when: When, is_chosen: bool) -> Words:
    if not advised(when):
        return TAKEN if is_chosen else SPARE
    if not is_chosen:
        return LEFT_OUT
    return TODAY if when is When.NOW else LATER


def first_act(action: Mapping[str, Any]) -> dict[str, Any]:
    """What to do first: the step, where it is done, and the sentence to say on the telephone.

    `{step, contact, say}`; `contact` is None where there are several to tell apart first, `say`
    "" where nothing is said but something written.
    """
    card, texts = action["card"], action["texts"]
    spoken = [text for text in texts if text["length"] == Length.CALL_20S]
    says = bool(texts) and texts[0]["spoken"]
    return {
        "step": card["steps"][0],
        "contact": _contact(card["contacts"]),
        "say": spoken[0]["text"] if says and spoken else "",
    }


def _contact(contacts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Where to turn first; None while it is not known which carrier it is."""
    if len({contact.get("carrier") for contact in contacts} - {None}) > 1:
        return None
    first = contacts[0]
    return {**first, "dialled": first["value"] if first["value"].isdecimal() else ""}
