"""What the files of the content say about each other: ids, citations, versions, orphans."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from cases.knowledge.schema import ChannelCard, Cite, Claims, CourtFee, Law, Letter, Reply, Span
from cases.vocabulary import LABELLED, Channel, EvidenceKind, Length, table_name

Folders = Mapping[str, Mapping[str, Any]]
# How the names of phrases begin that state a fact.
FACTUAL = ("line_", "event_", "standing_", "signal_")


def disagreements(
    folders: Folders,
    letters: Mapping[str, Letter],
    court_fee: CourtFee,
    *,
    broken: Collection[str] = (),
) -> Iterator[str]:
    """Every place where one file contradicts another, or itself; each begins with its file.

    `broken` names the files that could not be read, which are there all the same.
    """
    cites = list(cited(folders, court_fee))
    yield from _unresolved(
        [c for c in cites if f"laws/{c[1].law}.toml" not in broken], folders["laws"]
    )
    yield from _orphans(cites, folders["laws"])
    for stem, law in folders["laws"].items():
        yield from (f"laws/{stem}.toml: {fault}" for fault in _of_law(law, folders["laws"]))
    yield from _unknown_ids(folders, broken)
    yield from _of_letters(folders["channels"], letters)
    for stem in folders["calendar"]:
        if not re.fullmatch(r"20\d\d", stem):
            yield f"calendar/{stem}.toml: the name must be a year"


def cited(folders: Folders, court_fee: CourtFee) -> Iterator[tuple[str, Cite]]:
    """Every citation with the file it stands in."""
    for folder in ("grounds", "deadlines"):
        for stem, item in folders[folder].items():
            yield from ((f"{folder}/{stem}.toml", cite) for cite in item.cites)
    for stem, ground in folders["grounds"].items():
        for variant in ground.variants:
            yield from ((f"grounds/{stem}.toml", cite) for cite in variant.cites)
    yield from (("court_fee.toml", cite) for cite in court_fee.cites)


def _unresolved(cited: Iterable[tuple[str, Cite]], laws: Mapping[str, Law]) -> Iterator[str]:
    for file, cite in cited:
        if cite.law not in laws:
            yield f"{file}: cites the unknown law {cite.law}"
        elif cite.article and cite.article not in {a.number for a in laws[cite.law].articles}:
            yield f"{file}: cites {cite.law} {cite.article}, which laws/{cite.law}.toml lacks"
        elif cite.version and cite.version not in {v.name for v in laws[cite.law].versions}:
            yield f"{file}: cites {cite.law} of {cite.version}, a version it does not have"


def _orphans(cited: Iterable[tuple[str, Cite]], laws: Mapping[str, Law]) -> Iterator[str]:
    """Laws that nothing cites: dead weight, or a citation that was forgotten."""
    for stem in sorted(set(laws) - {cite.law for _, cite in cited}):
        yield f"laws/{stem}.toml: nothing cites it"


def _of_law(law: Law, laws: Mapping[str, Law]) -> Iterator[str]:
    if law.replaced_by is not None and law.replaced_by not in laws:
        yield f"replaced_by names the unknown law {law.replaced_by}"
    by_number = defaultdict(list)
    for article in law.articles:
        by_number[article.number].append(article)
    for number, spans in (*by_number.items(), ("versions", law.versions)):
        yield from _overlaps(number, spans)


def _overlaps(what: str, spans: Iterable[Span]) -> Iterator[str]:
    for earlier, later in pairwise(spans):
        if later.since < earlier.since:
            yield f"{what}: {later.since} stands after {earlier.since}; put the older one first"
        elif earlier.until is None or later.since < earlier.until:
            yield f"{what}: versions of {earlier.since} and {later.since} overlap"


def _unknown_ids(folders: Folders, broken: Collection[str]) -> Iterator[str]:
    known = {
        "channels": {member.value for member in Channel},
        "evidence": {member.value for member in EvidenceKind},
    }
    for folder, members in known.items():
        for stem in sorted(set(folders[folder]) - members):
            yield f"{folder}/{stem}.toml: no member of vocabulary.py has this name"
        for stem in sorted(members - set(folders[folder])):
            if f"{folder}/{stem}.toml" not in broken:
                yield f"{folder}/{stem}.toml is missing"
    for folder in ("replies", "clauses"):
        for stem, item in folders[folder].items():
            for ground in item.grounds:
                if ground not in folders["grounds"]:
                    yield f"{folder}/{stem}.toml: there is no grounds/{ground}.toml"
    yield from _unknown_codes(folders["replies"])
    rows = defaultdict(list)
    for stem, circumstance in folders["circumstances"].items():
        rows[circumstance.row].append(stem)
    for row, stems in rows.items():
        if len(stems) > 1:
            yield f"circumstances/{stems[1]}.toml: row {row} is {stems[0]} already"


def _unknown_codes(replies: Mapping[str, Reply]) -> Iterator[str]:
    known = {f"{table_name(enum)}.{member}" for enum in LABELLED for member in enum}
    for stem, reply in replies.items():
        for code in sorted(set(reply.codes) - known):
            yield f"replies/{stem}.toml: {code} names no member of vocabulary.py"


def _of_letters(cards: Mapping[str, ChannelCard], letters: Mapping[str, Letter]) -> Iterator[str]:
    for stem, card in cards.items():
        if card.takes_text != (stem in letters):
            yield f"channels/{stem}.toml: takes_text and letters/{stem}.md disagree"
        elif letter := letters.get(stem):
            limited = {limit.length for limit in card.limits} | {Length.FULL}
            for length in sorted(set(letter.texts) ^ limited):
                yield f"letters/{stem}.md: # {length} and channels/{stem}.toml [[limits]] disagree"
            if card.usual not in letter.texts:
                yield f"channels/{stem}.toml: usual is {card.usual}, which letters/{stem}.md lacks"
    for stem in sorted(set(letters) - set(cards)):
        yield f"letters/{stem}.md: there is no channels/{stem}.toml"


def unproved(claims: Claims, phrases: Collection[str]) -> Iterator[str]:
    """Phrases that state a fact and do not stand in claims.toml once, and names that are none."""
    factual = {name for name in phrases if name.startswith(FACTUAL)}
    proof, fragments = set(claims.proof), set(claims.fragments)
    for name in sorted(factual - proof - fragments):
        yield f"claims.toml: [proof] lacks {name}"
    for name in sorted((proof | fragments) - factual):
        yield f"claims.toml: {name} is no factual phrase"
    for name in sorted(proof & fragments):
        yield f"claims.toml: {name} is a fragment and has proof"
