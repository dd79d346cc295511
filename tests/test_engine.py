"""The engine under hostile input and long service: capped before it, killed within it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cases import knowledge
from cases.assessment import assess
from cases.facts import FactsRefused, read_facts
from cases.plan import make_plan
from cases.renderings import pdf, pdf_worker
from cases.renderings.outline import outline, with_edits
from cases.renderings.plan_json import as_json
from cases.renderings.plan_pdf import LETTER_CHARACTERS, as_pdf
from cases.vocabulary import Length
from cases.wizard.fields.base import TEXT_LENGTH
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import ON

HOSTILE = {
    "long": "文",
    "unbroken": "aB3",
    "newlines": "文\n",
    "zalgo": "e\u0301\u0334\u0335\u0336\u0337",
    "emoji": "👨‍👩‍👧‍👦",
    "markup": "<table><tr><td colspan=9><svg onload='x'>&{{ }}",
    "reversed": "\u202eabc\u2066",
    "wide": "\ufdfd\u12031",
}
TEXTS = ("order.seller_name", "order.seller_company", "consumer.name", "consumer.address")
# What a page of the browser may wait for, with a little for a busy machine.
SECONDS = pdf.WALL_SECONDS + 5
HUGE = 100_000
MANY = 300
GROWTH = 1.10


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


def plan_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The stored plan of these facts, as it comes out of the database."""
    made = make_plan(assess(read_facts(facts, on=ON), knowledge.load(), on=ON))
    stored: dict[str, Any] = json.loads(json.dumps(as_json(made)))
    return stored


def facts_with(text: str) -> dict[str, Any]:
    """The facts of the story with this text wherever a person writes freely."""
    facts = json.loads(json.dumps(RESERVED))
    for name in TEXTS:
        section, _dot, key = name.partition(".")
        facts.setdefault(section, {})[key] = text
    return dict(facts)


def edited(text: str) -> dict[str, Any]:
    """The plan of the story with every letter edited to this text."""
    plan = plan_of(RESERVED)
    slugs = [row["slug"] for row in outline(plan)["actions"] if row["letter"]]
    return with_edits(plan, {slug: dict.fromkeys(Length, text) for slug in slugs})


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the limits on processor time and memory: other tests run meanwhile."""
    monkeypatch.setattr(pdf, "WALL_SECONDS", 4 * pdf.WALL_SECONDS)


def test_the_limits_are_those_that_are_promised() -> None:
    assert pdf.WALL_SECONDS == 15
    assert pdf_worker.CPU_SECONDS <= 15
    assert pdf_worker.ADDRESS_SPACE <= 512 * 1024**2
    assert pdf.AT_ONCE == 2


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_the_forms_let_through_makes_a_plan(kind: str) -> None:
    text = (HOSTILE[kind] * TEXT_LENGTH)[:TEXT_LENGTH]

    assert as_pdf(plan_of(facts_with(text))).startswith(b"%PDF")


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("kind", HOSTILE)
def test_letters_edited_to_the_longest_allowed_make_a_plan(kind: str) -> None:
    text = (HOSTILE[kind] * LETTER_CHARACTERS)[:LETTER_CHARACTERS]

    assert as_pdf(edited(text)).startswith(b"%PDF")


def test_the_process_that_asks_goes_on_while_a_document_burns() -> None:
    burning = "<div style='display:flex'>" * 40 + "文" + "</div>" * 40
    failed: list[str] = []

    def burn() -> None:
        try:
            pdf.render(f"<title>试</title>{burning}")
        except pdf.RenderingFailed as failure:
            failed.append(str(failure))

    thread = threading.Thread(target=burn)
    thread.start()
    assert pdf.render("<title>试</title><p>文").startswith(b"%PDF")
    assert thread.is_alive()
    thread.join(SECONDS)

    assert len(failed) == 1


@pytest.mark.soak
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_no_form_lets_through_ends_in_time_either_way(kind: str) -> None:
    text = (HOSTILE[kind] * HUGE)[:HUGE]

    with pytest.raises(FactsRefused):
        plan_of(facts_with(text))
    begun = time.monotonic()
    with suppress(pdf.RenderingFailed):
        as_pdf(edited(text))
    assert time.monotonic() - begun < SECONDS
    assert as_pdf(plan_of(RESERVED)).startswith(b"%PDF")


def resident(pid: int) -> int:
    """Bytes of memory that a process has now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def growth(renders: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """How many times the memory after a third of the renders one worker has after all."""
    pdf.close()
    monkeypatch.setattr(pdf, "JOBS", renders + 1)
    plan, seen = plan_of(RESERVED), []
    for _ in range(renders):
        as_pdf(plan)
        seen.append(resident(pdf._idle[-1].child.pid))
    assert pdf._idle[-1].jobs == renders, "one worker made them all"
    third = renders // 3
    return max(seen[-third:]) / max(seen[:third])


@pytest.mark.soak
def test_memory_does_not_grow_over_many_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    assert growth(MANY, monkeypatch) <= GROWTH
