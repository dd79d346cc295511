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

from cases.knowledge.schema import (
    Article,
    CalendarYear,
    Cautions,
    ChannelCard,
    Cite,
    Condition,
    Conditions,
    Evidence,
    Ground,
    Law,
    Letter,
    LetterHead,
    Period,
    Phrases,
    Precaution,
)
from cases.vocabulary import LABELLED, Channel, EvidenceKind, WarningId

M = TypeVar("M", bound=BaseModel)
HERE = Path(__file__).parent
FOLDERS: Mapping[str, type[BaseModel]] = {
    "laws": Law,
    "grounds": Ground,
    "deadlines": Period,
    "channels": ChannelCard,
    "evidence": Evidence,
    "precautions": Precaution,
    "calendar": CalendarYear,
}
FRONT_MATTER = re.compile(r"\A\+\+\+\n(?P<head>.*?)\n\+\+\+\n(?P<body>.*)\Z", re.DOTALL)
LETTER_PARTS = re.compile(
    r"\A\s*# facts\n(?P<facts>.*?)\n# requests\n(?P<requests>.*?)\n# text\n(?P<text>.*)\Z",
    re.DOTALL,
)


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
    precautions: Mapping[str, Precaution]
    calendar: Mapping[int, CalendarYear]
    letters: Mapping[Channel, Letter]
    parts: Mapping[str, str]
    conditions: Mapping[str, Condition]
    cautions: Mapping[WarningId, str]
    phrases: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    checked_on: date

    def article(self, cite: Cite, on: date) -> Article | None:
        """The article a citation points to, as in force on `on`; None when there is none."""
        return next(
            (a for a in self.laws[cite.law].articles if a.number == cite.article and a.covers(on)),
            None,
        )

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
        self.digest = hashlib.sha256()

    def read(self) -> Knowledge | None:
        folders = {name: self.folder(name, model) for name, model in FOLDERS.items()}
        letters = self.letters()
        parts = {
            path.stem: self.text(path) for path in sorted((self.root / "letters").glob("_*.md"))
        }
        conditions = self.file("conditions.toml", Conditions)
        cautions = self.file("cautions.toml", Cautions)
        phrases = self.file("phrases.toml", Phrases)
        labels = self.labels()
        if conditions is None or cautions is None or phrases is None:
            return None
        self.check_citations(folders)
        self.check_ids(folders, letters)
        if self.faults:
            return None
        return Knowledge(
            version=self.digest.hexdigest()[:12],
            laws=MappingProxyType(folders["laws"]),
            grounds=MappingProxyType(folders["grounds"]),
            deadlines=MappingProxyType(folders["deadlines"]),
            channels=MappingProxyType({Channel(k): v for k, v in folders["channels"].items()}),
            evidence=MappingProxyType({EvidenceKind(k): v for k, v in folders["evidence"].items()}),
            precautions=MappingProxyType(
                dict(sorted(folders["precautions"].items(), key=lambda pair: pair[1].order))
            ),
            calendar=MappingProxyType({int(k): v for k, v in folders["calendar"].items()}),
            letters=MappingProxyType({Channel(k): v for k, v in letters.items()}),
            parts=MappingProxyType(parts),
            conditions=MappingProxyType(conditions.conditions),
            cautions=MappingProxyType({k: v.text for k, v in cautions.cautions.items()}),
            phrases=MappingProxyType(phrases.phrases),
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
            self.faults.append(f"{self.name(path)}: {error}")
            return None

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def item(self, path: Path, table: dict[str, Any], model: type[M]) -> M | None:
        try:
            return model.model_validate(table)
        except ValidationError as error:
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
        parts = LETTER_PARTS.match(matter["body"]) if matter else None
        if matter is None or parts is None:
            self.faults.append(
                f"{self.name(path)}: needs +++ front matter +++, then # facts, # requests, # text"
            )
            return None
        try:
            head = LetterHead.model_validate(tomllib.loads(matter["head"]))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            lines = _lines(error) if isinstance(error, ValidationError) else [str(error)]
            self.faults.extend(f"{self.name(path)}: {line}" for line in lines)
            return None
        return Letter(head=head, **parts.groupdict())

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

    def check_citations(self, folders: Mapping[str, dict[str, Any]]) -> None:
        for folder in ("grounds", "deadlines"):
            for stem, item in folders[folder].items():
                for cite in item.cites:
                    if fault := _unresolved(cite, folders["laws"]):
                        self.faults.append(f"{folder}/{stem}.toml: {fault}")
        for stem, law in folders["laws"].items():
            self.faults.extend(f"laws/{stem}.toml: {fault}" for fault in _overlaps(law))

    def check_ids(self, folders: Mapping[str, dict[str, Any]], letters: dict[str, Letter]) -> None:
        for folder, known in (("channels", Channel), ("evidence", EvidenceKind)):
            for stem in set(folders[folder]) - {member.value for member in known}:
                self.faults.append(f"{folder}/{stem}.toml: {stem} is no {known.__name__}")
        for stem, card in folders["channels"].items():
            if card.takes_text != (stem in letters):
                self.faults.append(
                    f"channels/{stem}.toml: takes_text and letters/{stem}.md disagree"
                )
        for stem in set(letters) - set(folders["channels"]):
            self.faults.append(f"letters/{stem}.md: there is no channels/{stem}.toml")
        for stem in folders["calendar"]:
            if not re.fullmatch(r"20\d\d", stem):
                self.faults.append(f"calendar/{stem}.toml: the name must be a year")


def table_name(enum: type) -> str:
    """The table of `vocabulary.toml` for an enum: SalesChannel -> sales_channel."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()


def _lines(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"]) or "file"
        yield f"{where}: {fault['msg']}"


def _unresolved(cite: Cite, laws: Mapping[str, Law]) -> str | None:
    if cite.law not in laws:
        return f"cites the unknown law {cite.law}"
    numbers = {article.number for article in laws[cite.law].articles}
    if cite.article is not None and cite.article not in numbers:
        return f"cites {cite.law} {cite.article}, which laws/{cite.law}.toml does not hold"
    return None


def _overlaps(law: Law) -> Iterator[str]:
    by_number: dict[str, list[Article]] = {}
    for article in law.articles:
        by_number.setdefault(article.number, []).append(article)
    for number, versions in by_number.items():
        ordered = sorted(versions, key=lambda article: article.since)
        for earlier, later in zip(ordered, ordered[1:], strict=False):
            if earlier.until is None or later.since < earlier.until:
                yield f"{number}: versions of {earlier.since} and {later.since} overlap"
