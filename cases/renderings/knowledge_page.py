"""The content as one page of Markdown: what the advice rests on, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cases.assessment import cites_in_force
from cases.knowledge import Knowledge
from cases.knowledge.citations import cite_text, title_in_marks
from cases.knowledge.schema import ChannelCard, Law, Version
from cases.vocabulary import Channel

INTRODUCTION = """# What the advice rests on

Written by `manage.py document_knowledge` from `cases/knowledge/`; a test compares the two. H: the
full text of the article was read; M: an official excerpt, or two copies that agree; L: practice,
never printed as law. Tier A is cited by default, B where its fact is known, C is shown to the
person and never printed in a letter. No lawyer has reviewed any of it (未经律师审阅). Links lead to
the front page of the official database, where the title is to be searched for.
"""


def as_markdown(knowledge: Knowledge) -> str:
    """The page, ending with one newline."""
    parts = (
        INTRODUCTION,
        _table("Grounds", _grounds(knowledge)),
        _table("Instruments", _laws(knowledge.laws)),
        _table("Old citations and what replaced them", _renumbered(knowledge.laws)),
        _table("Time limits", _periods(knowledge)),
        _table("Decision tables", _circumstances(knowledge)),
        _table("Evidence", _evidence(knowledge)),
        _table("Claims and what can prove them", _claims(knowledge)),
        _table("Channels", _channels(knowledge.channels)),
        _sizes(knowledge),
        _unknown(knowledge),
    )
    return "\n".join(parts)


def _table(title: str, rows: Iterable[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = (head, ("---",) * len(head), *body)
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"


def _grounds(knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    yield (
        "ground",
        "title",
        "source",
        "in force since",
        "tier",
        "confidence",
        "reviewed",
        "again by",
    )
    for name, ground in sorted(knowledge.grounds.items()):
        on = ground.review.on
        cites = cites_in_force(knowledge, name, on)
        spans = [span for cite in cites if (span := knowledge.in_force(cite, on))]
        since = sorted({span.since.isoformat() for span in spans if span.since_known})
        yield (
            f"`{name}`",
            ground.title,
            cite_text(knowledge, cites),
            ", ".join(since) or "–",
            ground.tier,
            ground.confidence,
            on.isoformat(),
            ground.review.again_by.isoformat(),
        )


def _laws(laws: Mapping[str, Law]) -> Iterator[tuple[str, ...]]:
    yield "instrument", "issuer", "number", "version", "confidence", "official text"
    for _, law in sorted(laws.items()):
        versions = map(_version, law.versions)
        yield (
            title_in_marks(law),
            law.issuer,
            law.document_number or "–",
            "; ".join(versions) or "–",
            law.confidence,
            law.source,
        )


def _version(version: Version) -> str:
    since = version.since if version.since_known else "?"
    return f"{version.name}, {since} to {version.until or 'now'}"


def _renumbered(laws: Mapping[str, Law]) -> Iterator[tuple[str, ...]]:
    yield "instrument", "matter", "was", "now", "since"
    for _, law in sorted(laws.items()):
        for change in law.renumbered:
            now = change.now or "–"
            yield law.title, change.matter, change.was, now, change.on.isoformat()


def _periods(knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    yield "time limit", "title", "length", "whose", "source", "confidence"
    for name, period in sorted(knowledge.deadlines.items()):
        length = f"{period.values[-1].value} {period.unit.replace('_', ' ')}"
        rolls = ", moved past days of rest" if period.roll else ""
        yield (
            f"`{name}`",
            period.title,
            length + rolls,
            period.whose,
            period.practice or cite_text(knowledge, period.cites),
            period.confidence,
        )


def _circumstances(knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    yield "row", "circumstance", "title"
    rows = sorted(knowledge.circumstances.items(), key=lambda pair: _row_key(pair[1].row))
    for name, circumstance in rows:
        yield circumstance.row, f"`{name}`", circumstance.title


def _row_key(row: str) -> tuple[int, str]:
    digits = row.strip("Dabcdefg")
    return int(digits), row


def _evidence(knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    yield "kind", "proves", "lasts for", "reviewed", "again by"
    for kind, content in knowledge.evidence.items():
        review = content.review
        yield (
            f"`{kind}`",
            content.proves,
            content.lasts,
            review.on.isoformat(),
            review.again_by.isoformat(),
        )


def _claims(knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    yield "sentence", "proved by one of"
    for name, kinds in knowledge.claims.items():
        said = f"`{name}` {knowledge.phrases[name]}"
        yield said, ", ".join(f"`{kind}`" for kind in kinds) or "the person's word alone"


def _channels(channels: Mapping[Channel, ChannelCard]) -> Iterator[tuple[str, ...]]:
    yield "channel", "where", "confidence", "lengths of text", "fields asked", "not verified"
    for name, card in channels.items():
        contacts = "; ".join(f"{contact.label} {contact.value}" for contact in card.contacts)
        limits = ", ".join(f"{limit.length} {limit.characters}" for limit in card.limits)
        yield (
            f"`{name}`",
            contacts,
            card.confidence,
            limits or "–",
            "; ".join(f"{field.label} `{field.value}`" for field in card.fields) or "–",
            "".join(card.not_considered) or "–",
        )


def _sizes(knowledge: Knowledge) -> str:
    return f"""## Also there

{len(knowledge.replies)} typical replies (`replies/`), {len(knowledge.clauses)} kinds of term
(`clauses/`), {len(knowledge.precautions)} precautions (`precautions/`), {len(knowledge.letters)}
letters (`letters/`), {len(knowledge.answers)} canned answers (`answers/`), calendars of
{", ".join(map(str, sorted(knowledge.calendar)))}.
"""


def _unknown(knowledge: Knowledge) -> str:
    """What the sources do not give, and what therefore stays empty."""
    return "## Left empty, because the sources do not give it\n\n" + "\n".join(
        f"- {line}" for line in _gaps(knowledge)
    )


def _gaps(knowledge: Knowledge) -> Iterator[str]:
    for _, law in sorted(knowledge.laws.items()):
        if law.document_number is None:
            yield f"the document number of {title_in_marks(law)}"
        yield from (f"{title_in_marks(law)}: {remark}" for remark in law.not_considered)
    for name, ground in sorted(knowledge.grounds.items()):
        for cite in ground.cites:
            if cite.article is None:
                yield f"the article of {title_in_marks(knowledge.laws[cite.law])} for `{name}`"
    for name, card in knowledge.channels.items():
        if any(not limit.verified for limit in card.limits):
            yield f"an official page on the length of a text for `{name}`"
    for year, calendar in sorted(knowledge.calendar.items()):
        if not calendar.announced:
            yield f"the holidays of {year}: {calendar.notice}"
    yield "hotlines of resellers: 卡上或短信所印热线"
    yield "deep links: every link leads to a front page"
