"""Citations held against statute texts: do article and part exist, does the keyword stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cases.knowledge.cross_references import cited
from cases.knowledge.loader import Knowledge
from cases.knowledge.schema import Cite, Law

DATED = re.compile(r"[(（](\d{4})-(\d\d)-(\d\d)[)）]")
IN_FORCE = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日\s*施行", re.MULTILINE)
ARTICLE = re.compile(r"^(第[零一二三四五六七八九十百千]+条(?:之[一二三])?)\s+(.+)$")
ITEM = re.compile(r"^（[一二三四五六七八九十]+）")
POINT = re.compile(r"^\d+[.．、]")
WIDE = str.maketrans("()", "（）")
# A text comes into force on its day or within a year of it; a later version is another text.
LONGEST_WAIT = timedelta(days=365)

Paragraph = tuple[str, ...]


class Verdict(StrEnum):
    """How a citation stands to the texts of a folder."""

    FAULT = "fault"
    FOUND = "found"
    NEWER = "newer than the text"
    OLDER = "older than the text"
    ABSENT = "not in the folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """A text: its heading and file name in plain form, its day (None: undated), its articles.

    An article is its paragraphs (款), a paragraph its first line and a line for each item (项).
    """

    names: frozenset[str]
    day: date | None
    articles: Mapping[str, tuple[Paragraph, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A citation of a content file after the comparison; `fault` in words, where there is one."""

    file: str
    cite: Cite
    verdict: Verdict
    fault: str | None = None


def hold(knowledge: Knowledge, statutes: Iterable[Statute]) -> Iterator[Held]:
    """Every citation of grounds, deadlines and court fee, held against the texts of its law."""
    texts = list(statutes)
    folders = {"grounds": knowledge.grounds, "deadlines": knowledge.deadlines}
    for file, cite in cited(folders, knowledge.court_fee):
        name = plain(knowledge.laws[cite.law].title)
        verdict, fault = _compare(cite, [t for t in texts if name in t.names], knowledge)
        yield Held(file=file, cite=cite, verdict=verdict, fault=fault)


def read_statute(name: str, text: str) -> Statute:
    """A statute from its file name without ending and its Markdown or plain text.

    Articles begin a line with 第…条 and a space, items with （一）; a heading begins with #.
    """
    lines = [line.strip().translate(WIDE) for line in text.splitlines()]
    heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), name)
    found = DATED.search(name) or IN_FORCE.search(text)
    return Statute(
        names=frozenset({plain(DATED.sub("", name)), plain(heading)}),
        day=date(*map(int, found.groups())) if found else None,
        articles={number: _paragraphs(body) for number, body in _articles(lines).items()},
    )


def plain(title: str) -> str:
    """A title without marks, spaces and the name of the state, which short titles leave out."""
    return re.sub(r"[《》〈〉<>\s]|中华人民共和国", "", title)


def _articles(lines: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    body: list[str] = []
    for line in lines:
        if start := ARTICLE.match(line):
            body = found[start[1]] = [start[2]]
        elif line.startswith("#"):
            body = []
        elif line:
            body.append(line)
    return found


def _paragraphs(lines: Iterable[str]) -> tuple[Paragraph, ...]:
    paragraphs: list[Paragraph] = []
    for line in lines:
        if ITEM.match(line) and paragraphs:
            paragraphs[-1] = (*paragraphs[-1], line)
        elif POINT.match(line) and paragraphs:
            *before, last = paragraphs[-1]
            paragraphs[-1] = (*before, last + line)
        else:
            paragraphs.append((line,))
    return tuple(paragraphs)


def _compare(cite: Cite, texts: list[Statute], knowledge: Knowledge) -> tuple[Verdict, str | None]:
    if not texts:
        return Verdict.ABSENT, None
    if cite.article is None:
        return Verdict.FOUND, None
    law = knowledge.laws[cite.law]
    meant = [text for text in texts if knowledge.article(cite, _in_force_from(text, law))]
    if not meant:
        last = max(_in_force_from(text, law) for text in texts)
        return (Verdict.NEWER if _begins_after(last, cite, knowledge) else Verdict.OLDER), None
    # A code may come in several files.
    text = next((text for text in meant if cite.article in text.articles), meant[0])
    fault = _fault(cite, text.articles.get(cite.article, ()))
    return (Verdict.FAULT if fault else Verdict.FOUND), fault


def _in_force_from(text: Statute, law: Law) -> date:
    """The day a text came into force; the last of all days for an undated one."""
    if text.day is None:
        return date.max
    soon = [v.since for v in law.versions if text.day <= v.since <= text.day + LONGEST_WAIT]
    return min(soon, default=text.day)


def _begins_after(day: date, cite: Cite, knowledge: Knowledge) -> bool:
    later = [a.since for a in knowledge.laws[cite.law].articles if a.since > day]
    return any(knowledge.article(cite, since) for since in later)


def _fault(cite: Cite, article: tuple[Paragraph, ...]) -> str | None:
    if not article:
        return "there is no such article"
    if cite.paragraph and cite.paragraph > len(article):
        return f"no such paragraph: the article has {len(article)}"
    part = [article[cite.paragraph - 1]] if cite.paragraph else article
    lines = [line for paragraph in part for line in paragraph]
    items = re.findall("（.+?）", cite.item or "")
    for item in items:
        if not any(line.startswith(item) for line in lines):
            return f"there is no item {item}"
    if items:
        lines = [line for line in lines if line.startswith(tuple(items))]
    if cite.keyword and not any(cite.keyword in line for line in lines):
        return f"{cite.keyword} does not stand in it"
    return None
