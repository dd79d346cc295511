"""Reads all content or nothing; names every fault with its file; fingerprints what it read."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cases.knowledge.cross_references import disagreements, unproved
from cases.knowledge.schema import (
    Article,
    CalendarYear,
    CannedAnswer,
    CannedAnswerHead,
    Cautions,
    ChannelCard,
    Circumstance,
    Cite,
    Claims,
    Clause,
    Condition,
    Conditions,
    CourtFee,
    Evidence,
    Ground,
    Law,
    Letter,
    LetterHead,
    NeverSaid,
    NeverSaidList,
    Period,
    Phrases,
    Precaution,
    Reply,
    Span,
)
from cases.vocabulary import LABELLED, Channel, EvidenceKind, Length, WarningId, table_name

M = TypeVar("M", bound=BaseModel)
HERE = Path(__file__).parent
FOLDERS: Mapping[str, type[BaseModel]] = {
    "laws": Law,
    "grounds": Ground,
    "deadlines": Period,
    "channels": ChannelCard,
    "evidence": Evidence,
    "circumstances": Circumstance,
    "replies": Reply,
    "clauses": Clause,
    "precautions": Precaution,
    "calendar": CalendarYear,
}
FRONT_MATTER = re.compile(r"\A\+\+\+\n(?P<head>.*?)\n\+\+\+\n(?P<body>.*)\Z", re.DOTALL)
LETTER_BLOCKS = frozenset({"facts", "requests"})
LETTER_PARTS = LETTER_BLOCKS | frozenset(Length)
PART = re.compile(r"^# (\w+)$", re.MULTILINE)


class KnowledgeError(Exception):
    """Content that must not be used. `faults` holds one line a fault, beginning with its file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All content at one version, by id; `labels` go from enum to member to label."""

    version: str
    laws: Mapping[str, Law]
    grounds: Mapping[str, Ground]
    deadlines: Mapping[str, Period]
    channels: Mapping[Channel, ChannelCard]
    evidence: Mapping[EvidenceKind, Evidence]
    circumstances: Mapping[str, Circumstance]
    replies: Mapping[str, Reply]
    clauses: Mapping[str, Clause]
    precautions: Mapping[str, Precaution]
    court_fee: CourtFee
    calendar: Mapping[int, CalendarYear]
    letters: Mapping[Channel, Letter]
    answers: Mapping[str, CannedAnswer]
    parts: Mapping[str, str]
    conditions: Mapping[str, Condition]
    cautions: Mapping[WarningId, str]
    phrases: Mapping[str, str]
    claims: Mapping[str, tuple[EvidenceKind, ...]]
    never_said: tuple[NeverSaid, ...]
    labels: Mapping[str, Mapping[str, str]]
    checked_on: date

    def article(self, cite: Cite, on: date) -> Article | None:
        """The article a citation points to, as in force on `on`; None when there is none."""
        law = self.laws[cite.law]
        if cite.version and not any(v.name == cite.version and v.covers(on) for v in law.versions):
            return None
        return next((a for a in law.articles if a.number == cite.article and a.covers(on)), None)

    def in_force(self, cite: Cite, on: date) -> Span | None:
        """What a citation points to, as in force on `on`: the article, or the instrument's text."""
        if cite.article:
            return self.article(cite, on)
        versions = self.laws[cite.law].versions
        return next((version for version in versions if version.covers(on)), None)

    def phrase(self, name: str, /, **values: object) -> str:
        """The sentence `name` of `phrases.toml`, blanks filled. KeyError when one is missing."""
        return self.phrases[name].format_map(values)


@functools.cache
def load(root: Path = HERE) -> Knowledge:
    """Read the content under `root`. Raises KnowledgeError with every fault found, all at once."""
    reader = _Reader(root)
    knowledge = reader.read()
    if knowledge is None:
        raise KnowledgeError(sorted(reader.faults))
    return knowledge


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[str] = []
        self.broken: set[str] = set()
        self.digest = hashlib.sha256()

    def read(self) -> Knowledge | None:
        folders = {name: self.folder(name, model) for name, model in FOLDERS.items()}
        letters = self.letters()
        parts = {
            path.stem: self.text(path) for path in sorted((self.root / "letters").glob("_*.md"))
        }
        answers = self.answers()
        conditions = self.file("conditions.toml", Conditions)
        cautions = self.file("cautions.toml", Cautions)
        phrases = self.file("phrases.toml", Phrases)
        claims = self.file("claims.toml", Claims)
        court_fee = self.file("court_fee.toml", CourtFee)
        never_said = self.file("never_said.toml", NeverSaidList)
        labels = self.labels()
        if not (conditions and cautions and phrases and claims and court_fee and never_said):
            return None
        self.faults.extend(disagreements(folders, letters, court_fee, broken=self.broken))
        self.faults.extend(unproved(claims, phrases.phrases))
        if self.faults:
            return None
        return Knowledge(
            version=self.digest.hexdigest()[:12],
            laws=MappingProxyType(folders["laws"]),
            grounds=MappingProxyType(folders["grounds"]),
            deadlines=MappingProxyType(folders["deadlines"]),
            channels=MappingProxyType({Channel(k): v for k, v in folders["channels"].items()}),
            evidence=MappingProxyType({EvidenceKind(k): v for k, v in folders["evidence"].items()}),
            circumstances=MappingProxyType(folders["circumstances"]),
            replies=MappingProxyType(folders["replies"]),
            clauses=MappingProxyType(folders["clauses"]),
            court_fee=court_fee,
            precautions=MappingProxyType(
                dict(sorted(folders["precautions"].items(), key=lambda pair: pair[1].order))
            ),
            calendar=MappingProxyType({int(k): v for k, v in folders["calendar"].items()}),
            letters=MappingProxyType({Channel(k): v for k, v in letters.items()}),
            answers=MappingProxyType(answers),
            parts=MappingProxyType(parts),
            conditions=MappingProxyType(conditions.conditions),
            cautions=MappingProxyType({k: v.text for k, v in cautions.cautions.items()}),
            phrases=MappingProxyType(phrases.phrases),
            claims=MappingProxyType(claims.proof),
            never_said=never_said.never_said,
            labels=MappingProxyType(labels),
            checked_on=min(item.review.on for item in folders["grounds"].values()),
        )

    def text(self, path: Path) -> str:
        content = path.read_bytes()
        self.digest.update(
            path.relative_to(self.root).as_posix().encode() + b"\0" + content + b"\0"
        )
        return content.decode("utf-8").replace("\r\n", "\n")

    def toml(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(self.text(path))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.broken.add(self.name(path))
            self.faults.append(f"{self.name(path)}: {error}")
            return None

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def item(self, path: Path, table: dict[str, Any], model: type[M]) -> M | None:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            self.broken.add(self.name(path))
            self.faults.extend(f"{self.name(path)}: {line}" for line in _lines(error))
            return None

    def file(self, name: str, model: type[M]) -> M | None:
        table = self.toml(self.root / name)
        return None if table is None else self.item(self.root / name, table, model)

    def folder(self, name: str, model: type[BaseModel]) -> dict[str, Any]:
        found = {}
        for path in sorted((self.root / name).glob("*.toml")):
            table = self.toml(path)
            if table is not None and (item := self.item(path, table, model)) is not None:
                found[path.stem] = item
        return found

    def letters(self) -> dict[str, Letter]:
        found = {}
        for path in sorted((self.root / "letters").glob("[!_]*.md")):
            if (letter := self.letter(path)) is not None:
                found[path.stem] = letter
        return found

    def letter(self, path: Path) -> Letter | None:
        matter = FRONT_MATTER.match(self.text(path))
        parts = _parts(matter["body"]) if matter else {}
        missing = {*LETTER_BLOCKS, Length.FULL} - set(parts)
        if matter is None or missing or set(parts) - LETTER_PARTS:
            self.faults.append(
                f"{self.name(path)}: needs +++ front matter +++, then # facts, # requests, # full"
                " and other lengths"
            )
            return None
        try:
            head = LetterHead.model_validate(tomllib.loads(matter["head"]))
            texts = {length: parts[length] for length in Length if length in parts}
            return Letter(head=head, facts=parts["facts"], requests=parts["requests"], texts=texts)
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            self.refused(path, error)
            return None

    def answers(self) -> dict[str, CannedAnswer]:
        found = {}
        for path in sorted((self.root / "answers").glob("*.md")):
            if (answer := self.answer(path)) is not None:
                found[path.stem] = answer
        return found

    def answer(self, path: Path) -> CannedAnswer | None:
        matter = FRONT_MATTER.match(self.text(path))
        if matter is None:
            self.faults.append(f"{self.name(path)}: needs +++ front matter +++, then the text")
            return None
        try:
            head = CannedAnswerHead.model_validate(tomllib.loads(matter["head"]))
            return CannedAnswer(head=head, text=matter["body"])
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            self.refused(path, error)
            return None

    def refused(self, path: Path, error: tomllib.TOMLDecodeError | ValidationError) -> None:
        lines = _lines(error) if isinstance(error, ValidationError) else [str(error)]
        self.faults.extend(f"{self.name(path)}: {line}" for line in lines)

    def labels(self) -> dict[str, dict[str, str]]:
        labels = self.toml(self.root / "vocabulary.toml") or {}
        for enum in LABELLED:
            found, wanted = set(labels.get(table_name(enum), {})), {member.value for member in enum}
            for member in sorted(found ^ wanted):
                fault = "lacks a label for" if member in wanted else "has a label for the unknown"
                self.faults.append(f"vocabulary.toml: [{table_name(enum)}] {fault} {member}")
        for table in sorted(set(labels) - {table_name(enum) for enum in LABELLED}):
            self.faults.append(f"vocabulary.toml: [{table}] names no enum of vocabulary.py")
        return labels


def _lines(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"]) or "file"
        yield f"{where}: {fault['msg']}"


def _parts(body: str) -> dict[str, str]:
    """The parts of a letter by the heading above each."""
    _, *pieces = PART.split(body)
    return dict(zip(pieces[::2], (piece.strip() for piece in pieces[1::2]), strict=True))
