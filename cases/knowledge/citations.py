"""Citations as Chinese readers write them: 《…》第四十八条第一款第（七）（八）项."""

from __future__ import annotations

from collections.abc import Iterable

from cases.knowledge.loader import Knowledge
from cases.knowledge.schema import Cite, Law

NUMERALS = "零一二三四五六七八九"


def cite_text(knowledge: Knowledge, cites: Iterable[Cite]) -> str:
    """One string for several citations; each title stands once, each article once after it."""
    by_law: dict[str, dict[str, list[str]]] = {}
    for cite in cites:
        places = by_law.setdefault(cite.law, {})
        if cite.article:
            places.setdefault(cite.article, []).append(_within(cite))
    return "、".join(
        title_in_marks(knowledge.laws[law]) + "、".join(map(_place, places.items()))
        for law, places in by_law.items()
    )


def title_in_marks(law: Law) -> str:
    """The title in 《》, where it is one; a title within it stands in 〈〉."""
    inner = law.title.translate(str.maketrans("《》", "〈〉"))
    return f"《{inner}》" if law.in_marks else law.title


def _place(entry: tuple[str, list[str]]) -> str:
    article, parts = entry
    return article + "、".join(part for part in parts if part)


def _within(cite: Cite) -> str:
    paragraph = f"第{NUMERALS[cite.paragraph]}款" if cite.paragraph else ""
    return paragraph + (f"第{cite.item}项" if cite.item else "")
