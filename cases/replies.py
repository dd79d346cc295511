"""Recognises a reply that the person pastes, by the words of each known reply."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter
from itertools import chain, pairwise

from cases.knowledge import Knowledge
from cases.knowledge.schema import Reply

# What … stands for: short, so that words of two different sentences are not taken for one.
GAP = ".{0,8}?"
# Below this, what a text shares with a reply is chance: 退款 and 您好 stand in many. Two or three
# pairs that hardly any other reply has come to more.
ENOUGH = 7.0


def recognise(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The ids of the replies that `text` may be, likeliest first; empty when it is like none.

    Those come first whose words (`any_of`) it holds, by how many characters they account for and
    how long the longest is; then, as nobody says a thing in the same words twice, those that
    share pairs of characters with it, the rarer the better.
    """
    plain = letters_and_digits(text)
    likeness = _likeness(plain, knowledge)
    scores = {id_: (*fit(plain, reply), likeness[id_]) for id_, reply in knowledge.replies.items()}
    found = [id_ for id_, (fitting, _, like) in scores.items() if fitting or like >= ENOUGH]
    return tuple(sorted(found, key=lambda id_: (*(-part for part in scores[id_]), id_)))


def fit(plain: str, reply: Reply) -> tuple[int, int]:
    """How many characters of `plain` fit words of the reply, and how many its longest word does."""
    if any(_pattern(word).search(plain) for word in reply.none_of):
        return 0, 0
    fits = [_positions(plain, word) for word in reply.any_of]
    return len(set(chain(*fits))), max(map(len, fits))


def _positions(plain: str, word: str) -> frozenset[int]:
    """The positions in `plain` that `word` accounts for, those of its gaps left out."""
    return frozenset(
        position
        for match in _pattern(word).finditer(plain)
        for group in range(1, len(match.groups()) + 1)
        for position in range(*match.span(group))
    )


@functools.cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(
        GAP.join(f"({re.escape(letters_and_digits(part))})" for part in word.split("…"))
    )


def _likeness(plain: str, knowledge: Knowledge) -> dict[str, float]:
    """What `plain` shares with each reply: its pairs of characters, each worth its rarity."""
    pairs = {id_: _pairs_of(reply) for id_, reply in knowledge.replies.items()}
    among = Counter(chain(*pairs.values()))
    rarity = {pair: math.log(len(pairs) / count) for pair, count in among.items()}
    asked = _pairs(plain)
    return {id_: math.fsum(rarity[pair] for pair in asked & own) for id_, own in pairs.items()}


def _pairs_of(reply: Reply) -> frozenset[str]:
    """The pairs of characters in everything that a reply usually says."""
    pieces = chain(reply.says, *(word.split("…") for word in reply.any_of))
    return frozenset(chain.from_iterable(_pairs(letters_and_digits(piece)) for piece in pieces))


def _pairs(plain: str) -> frozenset[str]:
    return frozenset(one + other for one, other in pairwise(plain))


def letters_and_digits(text: str) -> str:
    """These alone, in one case and width: what is left when people type in a hurry."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
