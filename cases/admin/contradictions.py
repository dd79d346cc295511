"""Which answers a contradiction of the plan is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cases import knowledge

# The phrases that a contradiction is put together from, by the beginning of their name, and the
# questions whose answers they tell of.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "signal_not_mine": ("order__placed_by_me",),
    "signal_record_": ("signals__carrier_record",),
    "signal_service_works": ("signals__service_works",),
    "signal_used": ("signals__used",),
    "signal_activation_notice": ("signals__activation_notice",),
    "signal_parcel_": ("signals__parcel",),
    "signal_page_": ("signals__seller_page",),
    "odd_activated_before_order": ("activation__at", "order__placed_on"),
    "odd_activated_but_stage": ("activation__at",),
    "odd_complaint_denied": ("carrier__complained", "carrier__complained_on"),
    "odd_request_denied": ("dealings__requested", "dealings__requested_at"),
}


def by_question(sentences: Iterable[str]) -> dict[str, list[str]]:
    """The contradictions of a plan by the names of the questions they are about."""
    found: dict[str, list[str]] = {}
    for sentence in sentences:
        for question in _questions(sentence):
            found.setdefault(question, []).append(sentence)
    return found


def _questions(sentence: str) -> list[str]:
    known = knowledge.load()
    told = [
        question
        for name in known.phrases
        for beginning, questions in QUESTIONS.items()
        for question in questions
        if name.startswith(beginning) and _said(known, name) in sentence
    ]
    return list(dict.fromkeys(told))


def _said(known: knowledge.Knowledge, name: str) -> str:
    return known.phrase(name, me=known.phrase("me")).rstrip("。")
