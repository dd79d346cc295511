"""Builds the two faces our PDFs are set in from Debian's Noto Sans CJK.

Run by hand when the set of characters changes; the result is committed beside its licence.
Needs the Debian packages fonts-noto-cjk (the outlines, the licence) and unicode-data (kTGH).
"""

from __future__ import annotations

import argparse
import bz2
from collections.abc import Iterator
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

FONTS = Path(__file__).resolve().parent.parent / "cases" / "renderings" / "fonts"
DEBIAN_FONTS = Path("/usr/share/fonts/opentype/noto")
DEBIAN_LICENCE = Path("/usr/share/doc/fonts-noto-cjk/copyright")
DEBIAN_UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")

SOURCE_FAMILY = "Noto Sans CJK SC"
FAMILY = "Noto Sans SC"
STYLES = ("Regular", "Bold")

# One unit in a thousand cannot be seen in print, and keeps the file small.
OUTLINE_ERROR = 1.0

# Fixed, so that the same input gives the same bytes (seconds since 1904: 2026-01-01).
MODIFIED = 3850070400

# Sans-serif text, sign tables and forms: everything here that is not 汉字.
RANGES = (
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x017F),  # Latin with accents, for names and pinyin
    (0x01CD, 0x01DC),  # pinyin with tone marks
    (0x02C7, 0x02DD),  # spacing accents
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x218F),  # letter-like signs, number forms
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2300, 0x23FF),  # technical signs
    (0x2460, 0x24FF),  # circled and bracketed numbers
    (0x2500, 0x25FF),  # box drawing, shapes
    (0x2600, 0x27BF),  # signs, ticks and dingbats
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x30FF),  # CJK punctuation with 〇 and 〓, kana
    (0x3100, 0x312F),  # bopomofo
    (0x3200, 0x33FF),  # bracketed and squared CJK signs
    (0xFE30, 0xFE4F),  # compatibility forms
    (0xFF00, 0xFFEF),  # full-width and half-width forms
)

# Characters of people's names and of shop signs that no list below holds.
NAME_CHARACTERS = (
    "𠮷龘囍甯槑靐嫑燚叒卍㛃㛂㐂㑇㛓㜣㟃㠇㤅㴪㸚㺹㻏㼆䒕䶮"
    "髙奀﨑兪峯嵗瞾㵘㙓𤴓䲜琹喦慜堔鈊昐栢柟濵邉桒亜恵戸斎渕眞徳侭凃乄昰晸珤琞燿寗宻巌嵓崐僊儁"
    "堦壵囧埈墭夣妏妵姃姵娢媃孞寀崠峚庒廍彣徣忈悊惪慿戉挵旼旾晳暋暠朤枬栞橪欥沜浤涬淽湙漺潓澔"
    "濙瀞烎煐煕熲爕牪犺瓈甠畑皊碁磾祤稘穂竸粦紾羴荍蔵蕥蛍裬褀觙諴譿贠迻釮鈜鉄銥鋉錀鍏鎷鏳陹霂"
    "霙靑靘韡頴顕馡駪鱻麐麤黁"
)
# Of the traditional forms beyond the common ones, those that names are made of.
TRADITIONAL_NAME_CHARACTERS = (
    "僉勱嘜塏奼娙婭嫿嬙嬡嶧嶠巋彠惲愨懌戩攄梘棡槧淥渢湞滎漵濼瀠瀅灃煒燁熅熗燀瑋瑒瑲璉璕璡璫璵"
    "禕禰篔紈紓紘紝紞紵絅絎絪綃綈綝緗緦翬翽蒔蓴薈薌藎蘄訒詒詗詡詵誾諲謖譞貺賕贄贇軫軹軺輇輬輶"
    "鄆鄖鄲鄺釤鈁鈃鈈鈦鈺鈮鉞鉦鉬鋃鋌鋏鋗鋥鋮鋯錁錛錸鍀鍇鍈鍘鎧鎦鎡鎵鏇鏐鏞鐏鐓鐙鐠鑌鑭鑊閆閬"
    "閶闓闞闥靚韙韞頇頎頏頔頵頲顒顗駉駘駰騅騏騂驁驊驎驤鯤鯢鱘鴞鴝鸑龑黿鵁綉"
)

# Signs Noto Sans CJK lacks and a list of evidence needs, drawn by us in its box of 1,000 units:
# each is a set of closed lines, outer ones anticlockwise, inner ones clockwise.
Point = tuple[int, int]
BOX: tuple[Point, ...] = ((880, 760), (120, 760), (120, 0), (880, 0))
HOLE: tuple[Point, ...] = ((175, 55), (175, 705), (825, 705), (825, 55))
TICK: tuple[Point, ...] = (
    (430, 165), (765, 500), (700, 565), (430, 295), (300, 425), (235, 360)
)  # fmt: skip
DRAWN = {
    "ballot_box": (0x2610, (BOX, HOLE)),
    "ballot_box_ticked": (0x2611, (BOX, HOLE, TICK)),
    "heavy_tick": (0x2714, (TICK,)),
}
DRAWN_WIDTH = 1000


def main() -> None:
    """Write both faces and the licence text; print what was made."""
    arguments = _arguments()
    wanted = characters(arguments.unihan)
    for style in STYLES:
        font = build(arguments.fonts / f"NotoSansCJK-{style}.ttc", style, wanted)
        path = FONTS / f"NotoSansSC-{style}.ttf"
        font.save(path)
        glyphs = len(font.getGlyphOrder())
        print(f"{path.name}: {glyphs} glyphs, {path.stat().st_size / 1e6:.1f} MB")
    (FONTS / "OFL.txt").write_text(licence(DEBIAN_LICENCE), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, default=DEBIAN_FONTS)
    parser.add_argument("--unihan", type=Path, default=DEBIAN_UNIHAN)
    return parser.parse_args()


def characters(unihan: Path) -> set[int]:
    """Return every code point the faces shall hold, as far as Noto has it."""
    wanted = {ord(character) for character in NAME_CHARACTERS + TRADITIONAL_NAME_CHARACTERS}
    wanted.update(general_standard_characters(unihan))
    wanted.update(_coded("gb2312", range(0xA1, 0xF8)))
    # Level 1, the 5,401 common traditional forms; level 2 would add 2 MB a face.
    wanted.update(_coded("big5", range(0xA4, 0xC7)))
    for first, last in RANGES:
        wanted.update(range(first, last + 1))
    return wanted


def general_standard_characters(unihan: Path) -> Iterator[int]:
    """Yield the 8,105 code points of 通用规范汉字表 (2013): Unihan's property kTGH."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.split("\t")
            if len(fields) == 3 and fields[1] == "kTGH":
                yield int(fields[0].removeprefix("U+"), 16)


def _coded(codec: str, leads: range) -> Iterator[int]:
    for lead in leads:
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode(codec, errors="ignore")
            if len(text) == 1:
                yield ord(text)


def build(collection: Path, style: str, wanted: set[int]) -> TTFont:
    """Return the SC face of a Noto CJK collection, cut down and with TrueType outlines."""
    source = _simplified_chinese(collection)
    _cut_down(source, wanted)
    return _with_truetype_outlines(source, style)


def _simplified_chinese(collection: Path) -> TTFont:
    for font in TTCollection(str(collection), lazy=True).fonts:
        if font["name"].getDebugName(1) == SOURCE_FAMILY:
            return font
    raise SystemExit(f"{collection}: no face named {SOURCE_FAMILY}")


def _cut_down(font: TTFont, wanted: set[int]) -> None:
    options = Options()
    options.layout_features = []
    # Horizontal text with full-width punctuation needs no layout table.
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)


def _with_truetype_outlines(source: TTFont, style: str) -> TTFont:
    glyphs = _quadratic_glyphs(source) | _drawn_glyphs()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    drawn = {code: name for name, (code, _) in DRAWN.items()}
    builder.setupCharacterMap(source.getBestCmap() | drawn)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(_metrics(source, glyphs))
    builder.setupHorizontalHeader(
        ascent=source["hhea"].ascent, descent=source["hhea"].descent, lineGap=0
    )
    builder.setupNameTable(_names(source, style))
    builder.font["OS/2"] = source["OS/2"]
    # Glyph names would cost 150 kB and say nothing.
    builder.setupPost(keepGlyphNames=False)
    _unhinted(builder.font)
    _same_head(builder.font, source)
    return builder.font


def _quadratic_glyphs(source: TTFont) -> dict[str, Glyph]:
    outlines = source.getGlyphSet()
    glyphs = {}
    for name in source.getGlyphOrder():
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, OUTLINE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    return glyphs


def _drawn_glyphs() -> dict[str, Glyph]:
    glyphs = {}
    for name, (_, lines) in DRAWN.items():
        pen = TTGlyphPen(None)
        for line in lines:
            _draw(Cu2QuPen(pen, OUTLINE_ERROR, reverse_direction=True), line)
        glyphs[name] = pen.glyph()
    return glyphs


def _draw(pen: Cu2QuPen, line: tuple[Point, ...]) -> None:
    pen.moveTo(line[0])
    for point in line[1:]:
        pen.lineTo(point)
    pen.closePath()


def _metrics(source: TTFont, glyphs: dict[str, Glyph]) -> dict[str, tuple[int, int]]:
    metrics = dict(source["hmtx"].metrics)
    for name in DRAWN:
        glyphs[name].recalcBounds(None)
        metrics[name] = (DRAWN_WIDTH, glyphs[name].xMin)
    return metrics


def _same_head(font: TTFont, source: TTFont) -> None:
    font["head"].macStyle = source["head"].macStyle
    font["head"].fontRevision = source["head"].fontRevision
    font["head"].created = font["head"].modified = MODIFIED
    font.recalcTimestamp = False


def _unhinted(font: TTFont) -> None:
    # The usual table of unhinted fonts: smooth at every size.
    gasp = newTable("gasp")
    gasp.version = 1
    gasp.gaspRange = {0xFFFF: 0x0F}
    font["gasp"] = gasp


def _names(source: TTFont, style: str) -> dict[str, str]:
    old = source["name"]
    return {
        "copyright": old.getDebugName(0),
        "familyName": FAMILY,
        "styleName": style,
        "uniqueFontIdentifier": f"{FAMILY} {style}, cut down from {SOURCE_FAMILY}",
        "fullName": f"{FAMILY} {style}",
        "psName": f"NotoSansSC-{style}",
        "version": old.getDebugName(5),
        "trademark": old.getDebugName(7),
        "licenseDescription": old.getDebugName(13),
        "licenseInfoURL": old.getDebugName(14),
    }


def licence(copyright_file: Path) -> str:
    """Return the SIL Open Font License out of Debian's copyright file, with its notice."""
    text = copyright_file.read_text(encoding="utf-8")
    body = text.split("License: SIL-1.1\n -", 1)[1].split("\nLicense: ", 1)[0]
    lines = [line.removeprefix(" ") for line in (" -" + body).splitlines()]
    text = "\n".join("" if line == "." else line for line in lines)
    return (
        "© 2014-2021 Adobe (http://www.adobe.com/). Noto is a trademark of Google Inc.\n"
        "Cut down from Noto Sans CJK SC; see README.md.\n\n"
        "This Font Software is licensed under the SIL Open Font License, Version 1.1.\n"
        f"\n{text.rstrip()}\n"
    )


if __name__ == "__main__":
    main()
