"""The picture of the flow is the flow."""

from __future__ import annotations

from xml.etree import ElementTree

from cases.management.commands.draw_flow import PICTURE
from cases.wizard.drawing import draw, measured, wrapped
from cases.wizard.steps import PARTS, STEPS, always

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return picture.findall(f"{SVG}text")


def drawn() -> ElementTree.Element:
    """The picture, read as a browser would read it."""
    return ElementTree.fromstring(draw())  # noqa: S314 (our own text)


def test_the_picture_in_the_docs_is_the_newest() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run `manage.py draw_flow`"


def test_it_shows_every_step_in_order_with_its_title_and_condition() -> None:
    words = [text.text for text in texts(drawn())]

    names = [step.name for step in STEPS]
    assert [word for word in words if word in names] == names
    for step in STEPS:
        assert str(step.form.title) in words
        assert step.asked_when is always or step.asked_when.__name__ in words
    assert all(str(part) in words for part in PARTS)


def test_it_can_be_read_without_being_seen() -> None:
    picture = drawn()

    named = {each.get("id"): each for each in (picture[0], picture[1])}
    assert picture.get("role") == "img"
    assert set((picture.get("aria-labelledby") or "").split()) == set(named)
    assert all(each.text for each in named.values())
    assert len((named["description"].text or "").splitlines()) == len(STEPS)


def test_no_words_run_out_of_the_picture_or_are_too_small_to_read() -> None:
    picture = drawn()

    for text in texts(picture):
        size, left = float(text.get("font-size", 0)), float(text.get("x", 0))
        assert size >= 12
        assert left + measured(text.text or "", size) <= float(picture.get("width", 0)), text.text


def test_a_long_text_is_broken_between_words() -> None:
    lines = wrapped("one two three four", width=80, size=13)

    assert lines == ["one two", "three four"]
    assert wrapped("", width=80, size=13) == []
