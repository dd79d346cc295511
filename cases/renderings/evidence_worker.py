"""The child process that decodes what a stranger uploaded; `evidence_picture.py` runs it.

The only place that decodes an uploaded picture. It reads one picture from standard input, writes
the answer to standard output and ends: one line of JSON, then the pictures it names, one after
the other. Every picture it writes was painted on a fresh canvas, so that nothing comes along with
the pixels: no place, no time, no device, no comment, no colour profile; its colours are turned
into those of sRGB first, which is what a picture without a profile is taken for.
"""

from __future__ import annotations

import io
import json
import math
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.Image import Image as Picture

COPY, BLACKEN, PRINT = "copy", "blacken", "print"
JPEG, PNG, WEBP = "JPEG", "PNG", "WEBP"

# What it answers instead of pictures.
BROKEN, ANIMATED, TOO_MANY_PIXELS = "broken", "animated", "too-many-pixels"

# The decoder of WebP holds a picture four times over, so it gets less to hold.
MOST_PIXELS = {JPEG: 50_000_000, PNG: 50_000_000, WEBP: 20_000_000}
CPU_SECONDS = 15
# The most pixels take 300 MB, as a progressive JPEG 370; a picture that wants more is refused.
ADDRESS_SPACE = 512 * 1024**2

LONGEST_SIDE = 2400
# A screenshot of a whole conversation is very long: its text must stay readable, so the short
# side is kept at a phone's width even where the long one then exceeds LONGEST_SIDE.
SHORT_SIDE = 1080
LONGEST_OF_ALL = 10_000
SMALL_SIDE = 480
# Letters keep their edges: no halving of the colours, which blurs red type on white.
QUALITY, SMALL_QUALITY = 88, 80
ORIENTATION = 0x0112
# Rows of our copy that are made at a time.
STRIP = 256

# On paper: nobody sees more than 300 dots an inch, in half the width of a page or all of it.
PRINTED_SHORT_SIDE, PRINTED_WIDTH = 1000, 1800
# A higher picture would be too narrow to read: it is cut, and each piece begins with the last
# lines of the one before.
TALLEST, OVERLAP, MOST_PIECES = 2.6, 0.12, 12
PRINTED_QUALITIES = (85, 70, 55, 40)

Box = Sequence[float]


def main(wanted: str, argument: str) -> None:
    """Answer with the pictures `wanted` of the one that comes in.

    `argument` is its format for COPY, the boxes as JSON for BLACKEN, and for PRINT how many bytes
    it may take in all.
    """
    # Imported here, because the process that asks reads this module for its constants.
    from PIL import Image, ImageFile

    _bound_memory_and_time()
    # The size is looked at below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    source = sys.stdin.buffer.read()
    try:
        answer = {COPY: _copied, BLACKEN: _blackened, PRINT: _printed}[wanted](source, argument)
    except MemoryError:
        answer = _refusal(TOO_MANY_PIXELS)
    # Decoders meet damage with any error there is; whatever it was, the picture is not used.
    except Exception:
        answer = _refusal(BROKEN)
    sys.stdout.buffer.write(answer)


def _copied(source: bytes, file_format: str) -> bytes:
    from PIL import Image

    picture = Image.open(io.BytesIO(source), formats=[file_format])
    if picture.width * picture.height > MOST_PIXELS[file_format]:
        return _refusal(TOO_MANY_PIXELS)
    if file_format != JPEG and getattr(picture, "n_frames", 1) > 1:
        return _refusal(ANIMATED)
    canvas = _on_fresh_canvas(picture)
    # A screenshot is mostly flat and smaller as PNG, a photograph is not; a PNG may be either.
    encoded = [_jpeg(canvas, QUALITY)]
    if file_format == PNG:
        encoded.append(_png(canvas))
    return _answer(canvas, min(encoded, key=len), _small(canvas))


def _blackened(source: bytes, boxes: str) -> bytes:
    from PIL import Image, ImageDraw

    ours = Image.open(io.BytesIO(source), formats=[JPEG, PNG])
    encode = _png if ours.format == PNG else _fine_jpeg
    canvas = ours.convert("RGB")
    pen = ImageDraw.Draw(canvas)
    for left, top, width, height in json.loads(boxes):
        corners = (left, top, left + width, top + height)
        scaled = zip(corners, (canvas.width, canvas.height) * 2, strict=True)
        pen.rectangle([part * side for part, side in scaled], fill="black")
    return _answer(canvas, encode(canvas), _small(canvas))


def _printed(source: bytes, most: str) -> bytes:
    from PIL import Image

    canvas = Image.open(io.BytesIO(source), formats=[JPEG, PNG]).convert("RGB")
    cuts = pieces_of(*canvas.size)
    pieces = [_for_paper(canvas.crop((0, top, canvas.width, end))) for top, end in cuts]
    encoded = [_within(piece, int(most) // len(pieces)) for piece in pieces]
    head = {
        "sizes": [piece.size for piece in pieces],
        "lengths": [len(piece) for piece in encoded],
    }
    return b"".join([json.dumps(head).encode(), b"\n", *encoded])


def pieces_of(width: int, height: int) -> list[tuple[int, int]]:
    """Where a picture is cut for paper: the first and the last row of each piece, in pixels."""
    if height <= TALLEST * width:
        return [(0, height)]
    overlap = min(OVERLAP * width, height / (2 * MOST_PIECES))
    count = min(MOST_PIECES, math.ceil((height - overlap) / (TALLEST * width - overlap)))
    step = (height - overlap) / count
    return [
        (round(number * step), min(height, round((number + 1) * step + overlap)))
        for number in range(count)
    ]


def _for_paper(piece: Picture) -> Picture:
    from PIL import Image

    width, height = piece.size
    widest = PRINTED_WIDTH if width > height else PRINTED_SHORT_SIDE
    scale = min(1, widest / width, TALLEST * PRINTED_SHORT_SIDE / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return piece.resize(size, Image.Resampling.LANCZOS)


def _within(piece: Picture, most: int) -> bytes:
    """The piece as JPEG in at most so many bytes, coarser if it has to be."""
    for quality in PRINTED_QUALITIES:
        encoded = _jpeg(piece, quality)
        if len(encoded) <= most:
            return encoded
    half = piece.resize((max(1, piece.width // 2), max(1, piece.height // 2)))
    return encoded if half.size == piece.size else _within(half, most)


def _on_fresh_canvas(picture: Picture) -> Picture:
    from PIL import Image

    turn = _turn(picture)
    size = kept_size(*picture.size)
    # A JPEG can be decoded at a half or a quarter of its size at once, never below what is asked.
    picture.draft("RGB", size)
    flat = _in_srgb(_resized(picture, size), picture.info.get("icc_profile"))
    flat = flat if turn is None else flat.transpose(turn)
    canvas = Image.new("RGB", flat.size, "white")
    canvas.paste(flat)
    return canvas


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    """The picture on white, made strip by strip.

    At once, fifty megapixels would take another 200 MB for each step on the way.
    """
    from PIL import Image

    scale = picture.height / size[1]
    # What a row is made of lies within three rows of the smaller picture.
    reach = math.ceil(3 * scale) + 1
    strips = []
    for top in range(0, size[1], STRIP):
        end = min(top + STRIP, size[1])
        first = max(0, math.floor(top * scale) - reach)
        last = min(picture.height, math.ceil(end * scale) + reach)
        strip = _opaque(picture.crop((0, first, picture.width, last)))
        part = (0, top * scale - first, strip.width, min(end * scale - first, strip.height))
        strips.append(strip.resize((size[0], end - top), Image.Resampling.LANCZOS, part))
    return _under_each_other(strips, size)


def _under_each_other(strips: Sequence[Picture], size: tuple[int, int]) -> Picture:
    from PIL import Image

    whole = Image.new(strips[0].mode, size)
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * STRIP))
    return whole


def _opaque(strip: Picture) -> Picture:
    """The strip on white, in a mode that a colour profile can be for."""
    from PIL import Image

    if strip.mode in ("P", "PA", "LA", "RGBA") or "transparency" in strip.info:
        strip = strip.convert("RGBA")
        white = Image.new("RGB", strip.size, "white")
        white.paste(strip, mask=strip)
        return white
    return strip if strip.mode in ("RGB", "L", "CMYK") else strip.convert("RGB")


def _in_srgb(picture: Picture, profile: bytes | None) -> Picture:
    """The picture in the colours everybody assumes; as it is when its profile is none."""
    from PIL import ImageCms

    if profile:
        with suppress(ImageCms.PyCMSError):
            theirs = ImageCms.getOpenProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(theirs, srgb, picture.mode, "RGB").apply(picture)
    return picture.convert("RGB")


def _turn(picture: Picture) -> Image.Transpose | None:
    """How the camera was held, which most phones note beside the pixels instead of turning them."""
    from PIL import Image

    way = Image.Transpose
    return {
        2: way.FLIP_LEFT_RIGHT,
        3: way.ROTATE_180,
        4: way.FLIP_TOP_BOTTOM,
        5: way.TRANSPOSE,
        6: way.ROTATE_270,
        7: way.TRANSVERSE,
        8: way.ROTATE_90,
    }.get(picture.getexif().get(ORIENTATION, 1))


def kept_size(width: int, height: int) -> tuple[int, int]:
    """The size of our copy, never larger than the original."""
    longest, shortest = max(width, height), min(width, height)
    scale = max(LONGEST_SIDE / longest, SHORT_SIDE / shortest)
    scale = min(1, scale, LONGEST_OF_ALL / longest)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _small(canvas: Picture) -> bytes:
    """A preview; of a very long picture its beginning."""
    part = canvas.crop((0, 0, canvas.width, min(canvas.height, 2 * canvas.width)))
    part.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return _jpeg(part, SMALL_QUALITY)


def _png(canvas: Picture) -> bytes:
    encoded = io.BytesIO()
    # The last few hundredths of size would cost ten times the time.
    canvas.save(encoded, PNG, compress_level=6)
    return encoded.getvalue()


def _fine_jpeg(canvas: Picture) -> bytes:
    return _jpeg(canvas, QUALITY)


def _jpeg(canvas: Picture, quality: int) -> bytes:
    encoded = io.BytesIO()
    canvas.save(encoded, JPEG, quality=quality, subsampling="4:4:4", optimize=True)
    return encoded.getvalue()


def _answer(canvas: Picture, *pictures: bytes) -> bytes:
    head = {"size": canvas.size, "lengths": [len(picture) for picture in pictures]}
    return b"".join([json.dumps(head).encode(), b"\n", *pictures])


def _refusal(fault: str) -> bytes:
    return json.dumps({"fault": fault}).encode() + b"\n"


def _bound_memory_and_time() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
