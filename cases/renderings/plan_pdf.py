"""The plan as a PDF: a cover for today, then a page a channel, evidence, reasons, precautions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.renderings import pdf
from cases.renderings.glyphs import leaves_gaps
from cases.renderings.outline import note_choice, outline, rewritten_shorter, waited_for
from cases.renderings.proof import Numbered, numbered, proof_of, with_numbers
from cases.renderings.text import capped

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LETTER_CHARACTERS = 4000
LETTER_LINES = 120
# More warnings than these leave the cover no room for what to do.
ON_COVER = 3

# Beside the text, what is done before what is only good to know: (label, key of the card).
KNOWN: tuple[tuple[_StrPromise, str], ...] = (
    (_("前提"), "precondition"),
    (_("提出期限"), "filing_limit"),
    (_("答复时间"), "response_time"),
    (_("能做到"), "can"),
    (_("做不到"), "cannot"),
    (_("谁会看到"), "sees"),
    (_("别这样做"), "mistakes"),
)
# The cover holds the drawing, too, where dates and warnings leave as many lines as it needs.
LINES_WITH_DRAWING = 10
# The narrow column beside a text: what it holds, in millimetres and characters.
COLUMN_HEIGHT, COLUMN_LINE, COLUMN_GAP = 228.0, 4.2, 1.5
COLUMN_CHARACTERS, STEP_CHARACTERS = 16, 14
# A text this long would leave its last lines to a page of their own; smaller type keeps it whole.
LETTER_LINE, TIGHT_FROM, TIGHT_TO = 32, 39, 47
# The drawing of the parties, in its own units: boxes, and each line of marks below them.
BOXES_HEIGHT, MARK_HEIGHT = 54, 18
MARKS = ("has_order", "has_money", "can_stop")
# What two reasons have in common when they differ only in whom they are about.
SAID = ("title", "strength_name", "explanation", "because", "missing", "source", "not_considered")
_BLANK = re.compile("(【[^】]*】)")
_HEADING = re.compile("[^，。；：]{1,12}：|[一二三四五六七八九十]+、[^，。；]{1,12}")
_TELEPHONE = re.compile(r"[0-9][0-9-]{2,14}")


def as_pdf(
    plan: dict[str, Any],
    *,
    code: str = "",
    chosen: Collection[str] | None = None,
    advice_url: str = "",
    exhibits: Sequence[Numbered] | None = None,
) -> bytes:
    """The plan, as `plan_json.as_json` gives it, as PDF/UA-1; the same bytes for the same plan.

    `code` is the public part of the case code for the footer; `chosen` the slugs of the channels
    that get a page, all but the fallbacks when None; `advice_url` the page that says whether the
    advice has changed since, for a QR on the cover; `exhibits` those of the case, None where there
    is no case to add them to. Raises `pdf.RenderingFailed`.
    """
    html = as_html(plan, code=code, chosen=chosen, advice_url=advice_url, exhibits=exhibits)
    return pdf.render(html)


def as_html(
    plan: dict[str, Any],
    *,
    code: str = "",
    chosen: Collection[str] | None = None,
    advice_url: str = "",
    exhibits: Sequence[Numbered] | None = None,
) -> str:
    """What `as_pdf` gives to the engine."""
    shown = outline(plan)
    note_choice(shown["actions"], chosen)
    for action in shown["actions"]:
        _prepare(action)
    for reasons in ("cited", "uncited", "background"):
        shown[reasons] = _merged(shown[reasons])
    context = {
        "plan": shown,
        "drawing": _drawing(plan),
        "dates": list(dates(shown)),
        "cover_warnings": shown["warnings"][:ON_COVER],
        "drawn_on_cover": _drawn_on_cover(shown),
        "more_warnings": shown["warnings"][ON_COVER:],
        "one_day": _one_day(shown),
        "has_gaps": leaves_gaps(_written(plan, exhibits)),
        **proof_shown(plan, shown, exhibits),
        "code": code,
        "advice_url": advice_url,
        "advice_picture": _picture(advice_url) if advice_url else "",
    }
    return render_to_string("plan/document.html", context)


def _written(plan: Mapping[str, Any], exhibits: Sequence[Numbered] | None) -> str:
    """All that may stand in the PDF; the answers are kept with the plan and not printed."""
    printed = {key: value for key, value in plan.items() if key != "answers"}
    labels = [each.label for each in exhibits or ()]
    return json.dumps([printed, labels], ensure_ascii=False)


def proof_shown(
    plan: Mapping[str, Any], shown: dict[str, Any], exhibits: Sequence[Numbered] | None
) -> dict[str, Any]:
    """What stands behind the sentences of the letters that have a page, for `_proof.html`.

    `shown` is the outline with its channels chosen; its evidence is numbered here. Nothing is said
    where there is no case, `exhibits` being None.
    """
    if exhibits is None:
        return {}
    shown["evidence"] = with_numbers(shown["evidence"], exhibits)
    proof = proof_of(plan, exhibits)
    paged = {row["slug"] for row in shown["actions"] if row["page"]}
    letters = [letter for letter in proof.letters if letter.slug in paged]
    told = now_translated("；").join(f"{numbered([each.number])} {each.label}" for each in exhibits)
    return {
        "exhibits": exhibits,
        "exhibits_told": told + now_translated("。"),
        "proof": proof,
        "proof_letters": letters,
    }


def _prepare(action: dict[str, Any]) -> None:
    """Give an action what its page shows: contacts with links, rows of facts, its text."""
    card = action["card"]
    action["contacts"] = [{**row, "href": _href(row)} for row in card["contacts"]]
    # Of several carriers none is named before it is known which one it is.
    action["one_contact"] = len({row["carrier"] for row in card["contacts"]}) == 1
    action["rows"] = list(_rows(action))
    if action["letter"]:
        beside = _that_fit(card["steps"], action["rows"])
        action["beside"], action["below"] = action["rows"][:beside], action["rows"][beside:]
        action["full"] = _printed(action["letter"]["text"], below=action["below"])
        shorter = rewritten_shorter(action)
        action["shorter"] = [{"name": row["name"], **_printed(row["text"])} for row in shorter]


def _printed(text: str, *, below: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """A text to paste as its page shows it: in paragraphs, with lines to write on.

    `below` are the facts that stand under it, for want of room beside it.
    """
    text = capped(text, LETTER_CHARACTERS, LETTER_LINES)
    return {
        "blocks": [_block(part) for part in text.split("\n\n")],
        "has_blanks": bool(_BLANK.search(text)),
        "has_gaps": leaves_gaps(text),
        "tight": _tight(text, below),
    }


def _href(contact: Mapping[str, Any]) -> str:
    if contact["url"]:
        return str(contact["url"])
    dialled = _TELEPHONE.fullmatch(contact["value"])
    return f"tel:{contact['value'].replace('-', '')}" if dialled else ""


def _rows(action: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The facts of a channel, each with its label; what the card does not say is left out."""
    card = action["card"]
    yield from _row(_("附上证据"), action["attached"])
    yield from _row(_("先准备好"), now_translated("；").join(card["materials"]))
    yield from _row(_("没有结果时"), action["if_refused"])
    yield from _row(_("费用"), action["cost"] or card["cost"])
    for name, key in KNOWN:
        said = card[key]
        yield from _row(name, said if isinstance(said, str) else "".join(said))


def _row(name: _StrPromise, said: str) -> Iterator[tuple[str, str]]:
    if said:
        yield str(name), said


def _that_fit(steps: list[str], rows: list[tuple[str, str]]) -> int:
    """How many of the rows have room under the steps in the column beside the text."""
    lines = 2 + sum(math.ceil(len(step) / STEP_CHARACTERS) for step in steps)
    room = COLUMN_HEIGHT - lines * COLUMN_LINE
    for number, (_name, said) in enumerate(rows):
        room -= (1 + math.ceil(len(said) / COLUMN_CHARACTERS)) * COLUMN_LINE + COLUMN_GAP
        if room < 0:
            return number
    return len(rows)


def _tight(text: str, below: Sequence[tuple[str, str]]) -> bool:
    """Whether a page holds both only in smaller type: every paragraph costs a bit more."""
    facts = [f"{name}：{said}" for name, said in below]
    paragraphs = [*text.split("\n\n"), *facts]
    written = [line for line in (*text.split("\n"), *facts) if line]
    lines = sum(math.ceil(len(line) / LETTER_LINE) for line in written)
    return TIGHT_FROM < lines + len(paragraphs) * 0.4 <= TIGHT_TO


def _block(text: str) -> dict[str, Any]:
    """A paragraph of a letter: its heading, if it starts with one, and what follows in pieces."""
    first, _end, rest = text.partition("\n")
    heading = first if rest and _HEADING.fullmatch(first) else ""
    body = rest if heading else text
    return {"heading": heading, "pieces": [_piece(part) for part in _BLANK.split(body) if part]}


def _piece(part: str) -> dict[str, Any]:
    """Words of a letter, or a blank to fill in by hand: an address needs a longer line."""
    if not _BLANK.fullmatch(part):
        return {"words": part, "blank": ""}
    # The line itself says that something is to be filled in.
    words = part.replace(now_translated("请填写："), "")
    return {"words": words, "blank": "long" if now_translated("地址") in words else "short"}


def dates(shown: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The time line: today, then every day on which something ends or opens, once.

    `sure` is False where a day is an estimate or only what is usual.
    """
    rows = [row for row in waited_for(shown["deadlines"]) if not row["over"]]
    rough = {row["escalate_on"] for row in rows if row["estimated"]}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        sure = row["statutory"] and not row["estimated"]
        _note(found, row["ends_on"], row["ends"], now_translated("%s期满") % row["title"], sure)
    for row in shown["actions"]:
        if row["opens"]:
            what = now_translated("可以用%s") % row["name"]
            _note(found, row["opens"], row["opens_on"], what, row["opens"] not in rough)
    yield {"day": shown["on"], "whats": [now_translated("今天")], "sure": True, "today": True}
    yield from (found[day] for day in sorted(found))


def _drawn_on_cover(shown: Mapping[str, Any]) -> bool:
    days, warnings = len(list(dates(shown))), len(shown["warnings"][:ON_COVER])
    return days + 2 * warnings <= LINES_WITH_DRAWING


def _note(found: dict[str, dict[str, Any]], day: str, words: str, what: str, sure: bool) -> None:
    row = found.setdefault(day, {"day": words, "whats": [], "sure": True, "today": False})
    row["sure"] &= sure
    if what not in row["whats"]:
        row["whats"].append(what)


def _one_day(shown: Mapping[str, Any]) -> str:
    """The day on which all reasons were checked, or "" when there are several."""
    days = {row["checked"] for row in [*shown["findings"], *shown["background"]]}
    return days.pop() if len(days) == 1 else ""


def _merged(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons, those that say the same of several parties only once."""
    found: dict[str, dict[str, Any]] = {}
    for row in reasons:
        same = json.dumps([row[key] for key in SAID], ensure_ascii=False)
        if same in found:
            found[same]["against_name"] += now_translated("、") + row["against_name"]
        else:
            found[same] = dict(row)
    return list(found.values())


def _drawing(plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """The drawing, as high as the party with the most marks needs."""
    drawing = plan.get("drawing")
    if not drawing:
        return None
    marks = [sum(place[mark] for mark in MARKS) for place in drawing["places"]]
    return {**drawing, "height": BOXES_HEIGHT + MARK_HEIGHT * max(marks, default=0)}


def _picture(address: str) -> SafeString:
    """A QR of our own address as an SVG with a text equivalent."""
    title = now_translated("二维码：看这份方案的建议有没有变")
    drawn = segno.make_qr(address, error="m").svg_inline(title=title, border=4, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by us, the address is only in its squares
