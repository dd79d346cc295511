"""Pictures kept as evidence: what is taken in, what is kept of it, who sees it, how it goes."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops, ImageDraw, PngImagePlugin
from pytest_django import Settings

from cases import services
from cases.encryption import DecryptionFailed
from cases.knowledge import load
from cases.models import Case, Exhibit
from cases.renderings import evidence_picture, evidence_worker
from cases.renderings.evidence_picture import PictureRefused
from cases.renderings.pdf import ROOT, RenderingFailed
from cases.services import exhibits
from cases.services.exhibits import BoxesChanged
from cases.views.evidence_forms import CONSENT, box_between
from tests.desk import staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CANARY = b"CANARY-13800138000"
KEYS = {"old": bytes(range(32)), "new": bytes(range(1, 33))}


class Full(FileSystemStorage):
    """A disk that is full in the middle of a file."""

    def _save(self, name: str, content: Any) -> str:
        Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        Path(self.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")


class Overtaken(FileSystemStorage):
    """A disk so slow that another request has set a box before the copy is read."""

    def open(self, name: str, mode: str = "rb") -> Any:
        other = Exhibit.objects.get()
        other.boxes = [[0.1, 0.1, 0.2, 0.2]]
        other.save()
        return super().open(name, mode)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A store of its own, at noon of the day of the stories."""
    keep_in(settings, tmp_path / "evidence", "django.core.files.storage.FileSystemStorage")
    with time_machine.travel(NOW, tick=True):
        yield tmp_path / "evidence"


@pytest.fixture
def case(client: Client) -> Case:
    """A case this client holds."""
    response = client.post(reverse("start"))
    return Case.objects.get(pk=response["Location"].split("/")[2])


def keep_in(settings: Settings, location: Path, backend: str) -> None:
    options = {"location": location, "file_permissions_mode": 0o600}
    kind = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "evidence": kind}


def drawn(width: int = 300, height: int = 600, colour: str = "white") -> Image.Image:
    """A screenshot of sorts: a word in the upper left."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).text((10, 10), "order 59 yuan", fill="black", font_size=20)
    return picture


def encoded(picture: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def upload(content: bytes, name: str = "IMG_0001 张三.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, case: Case, *contents: bytes, **fields: str) -> Any:
    typed = {"kind": "order_page", "agreed": "on", **fields}
    files = [upload(content) for content in contents]
    return client.post(reverse("exhibits", args=[case.pk]), {**typed, "pictures": files})


def kept(case: Case, content: bytes | None = None, kind: str = "order_page") -> Exhibit:
    picture = content or encoded(drawn(colour=f"#{case.exhibits.count() + 16:02x}eeee"))
    file_format = str(evidence_picture.format_of(picture))
    return exhibits.add(case, upload=picture, file_format=file_format, kind=kind, said={})


def address(name: str, exhibit: Exhibit) -> str:
    return reverse(name, args=[exhibit.case_id, exhibit.pk])


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and holds nearly nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checked = name + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# ---- adding


def test_it_works(client: Client, case: Case, folder: Path) -> None:
    response = send(client, case, encoded(drawn()), encoded(drawn(colour="#eee"), "JPEG"))

    assert response.status_code == 302
    first, second = exhibits.of(case)
    assert (first.position, second.position) == (1, 2)
    assert (first.width, first.height, first.kind) == (300, 600, "order_page")
    page = client.get(response["Location"]).content.decode()
    for words in ("已添加 2 张图片", "证据1：订单页面", "证据2", "原图请留在手机里", "1月21日"):
        assert words in page
    assert "IMG_0001" not in page
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert {oct(file.stat().st_mode)[-3:] for file in folder.iterdir()} == {"600"}


def test_the_consent_is_asked_for_once_and_comes_unticked(client: Client, case: Case) -> None:
    page = client.get(reverse("exhibits", args=[case.pk])).content.decode()
    box = page[page.index('type="checkbox"') : page.index("我看过上面的说明")]
    assert "checked" not in box.replace("checkbox", "")
    refused = send(client, case, encoded(drawn()), agreed="")
    assert "要保存图片，请先勾选同意" in refused.content.decode()
    assert not exhibits.of(case)

    send(client, case, encoded(drawn()))
    assert (
        "我看过上面的说明" not in client.get(reverse("exhibits", args=[case.pk])).content.decode()
    )
    assert send(client, case, encoded(drawn(40, 40)), agreed="").status_code == 302
    assert [each.said["consent"][:12] for each in exhibits.of(case)][0].isalnum()


def test_the_consent_names_the_time_that_holds() -> None:
    assert f"{exhibits.EXHIBIT_LIFE.days} 天" in "".join(map(str, CONSENT))


def test_what_works_is_kept_and_what_does_not_is_said(client: Client, case: Case) -> None:
    response = send(client, case, encoded(drawn()), b"<svg/>", kind="chat")

    page = response.content.decode()
    assert response.status_code == 200
    assert "第 2 张不是 JPEG、PNG 或 WebP 图片" in page
    assert "已添加 1 张图片" in page
    assert '<option value="chat" selected>' in page
    assert len(exhibits.of(case)) == 1


HEIC = b"\0\0\0\x18ftypheic" + bytes(40)
TRUNCATED = encoded(drawn(900, 900), "JPEG", quality=95)[:9000]
# Black, 4500 × 4500 pixels.
LARGE_WEBP = bytes.fromhex("524946461a000000574542505650384c0e0000002f93d16404071011fd0f4444ff03")
FRAMES = [drawn(60, 60, colour) for colour in ("white", "red", "blue")]
MOVING = {"save_all": True, "append_images": FRAMES[1:], "duration": 50}
REFUSED = {
    "heic": (HEIC, "兼容性最佳"),
    "pdf": (b"%PDF-1.7\n", "是 PDF 文件"),
    "svg": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "不是 JPEG",
    ),
    "html": (b"<html><script>alert(1)</script>", "不是 JPEG"),
    "polyglot": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "不是 JPEG"),
    "nothing": (b"", "空文件"),
    "truncated": (TRUNCATED, "打不开"),
    "only a head": (b"\xff\xd8\xff\xe0" + bytes(200), "打不开"),
    "apng": (encoded(FRAMES[0], "PNG", **MOVING), "会动的图片"),
    "webp": (encoded(FRAMES[0], "WEBP", **MOVING), "会动的图片"),
    "bomb": (png_of(20_000, 20_000), "PNG 图片最多 5000 万像素"),
    "smaller bomb": (png_of(9_000, 9_000), "PNG 图片最多 5000 万像素"),
    "large webp": (LARGE_WEBP, "WebP 图片最多 2000 万像素"),
    "lie": (png_of(7_000, 7_000), "打不开"),
    "large": (b"\xff\xd8\xff" + bytes(10 * 1024**2), "有 10.0 MB，一张最多 10 MB"),
}


def children_seconds() -> float:
    """Processor time of the children that have ended; the clock also counts other tests."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize("name", REFUSED)
def test_each_fault_has_its_sentence(client: Client, case: Case, folder: Path, name: str) -> None:
    content, words = REFUSED[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent_before = children_seconds()

    page = send(client, case, content).content.decode()

    assert words in page
    assert not exhibits.of(case)
    assert not folder.exists() or not list(folder.iterdir())
    assert children_seconds() - spent_before < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_the_largest_file_that_is_allowed_is_taken(client: Client, case: Case) -> None:
    padded = encoded(drawn(), "JPEG")

    assert send(client, case, padded + bytes(10 * 1024**2 - len(padded))).status_code == 302


def test_adding_is_a_visit(client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(updated_at=NOW - timedelta(days=20))

    client.get(reverse("exhibits", args=[case.pk]))

    assert Case.objects.get(pk=case.pk).updated_at >= NOW


def test_the_consent_is_asked_for_anew_when_its_words_change(client: Client, case: Case) -> None:
    exhibit = kept(case)
    exhibit.said = {"consent": "000000000000 2026-11-01T00:00:00Z"}
    exhibit.save()

    assert (
        "要保存图片，请先勾选同意"
        in send(client, case, encoded(drawn()), agreed="").content.decode()
    )


def test_nothing_chosen_has_its_sentence(client: Client, case: Case) -> None:
    response = client.post(reverse("exhibits", args=[case.pk]), {"kind": "chat", "agreed": "on"})

    page = response.content.decode()
    assert "请先选择图片" in page
    assert '<option value="chat" selected>' in page
    assert page.count("checked") == 1


def test_seven_at_once_are_too_many(client: Client, case: Case) -> None:
    response = send(client, case, *[encoded(drawn(20 + n, 20)) for n in range(7)])

    assert "一次最多 6 张" in response.content.decode()
    assert not exhibits.of(case)


def test_a_day_s_bytes_from_one_place_are_bounded(
    client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, typed = encoded(drawn()), {"kind": "chat", "agreed": "on"}
    monkeypatch.setattr(exhibits, "BYTES_PER_ADDRESS", 2 * len(picture))
    where = reverse("exhibits", args=[case.pk])

    def sent(picture: bytes, address: str) -> Any:
        return client.post(where, {**typed, "pictures": upload(picture)}, REMOTE_ADDR=address)

    assert sent(picture, "203.0.113.5").status_code == 302
    assert sent(picture, "203.0.113.6").status_code == 200  # the same again, and counted again
    refused = sent(encoded(drawn(colour="#ddd")), "203.0.113.7")
    assert refused.status_code == 429
    assert "一天里从您所在的网络传来的图片太多了" in refused.content.decode()
    assert '<option value="chat" selected>' in refused.content.decode()
    assert len(exhibits.of(case)) == 1

    assert sent(encoded(drawn(colour="#ddd")), "203.0.114.7").status_code == 302
    with time_machine.travel(NOW + timedelta(days=1, minutes=5), tick=False):
        assert sent(encoded(drawn(colour="#ccc")), "203.0.113.7").status_code == 302


def test_a_body_too_large_is_not_even_read(client: Client, case: Case) -> None:
    response = client.generic(
        "POST",
        reverse("exhibits", args=[case.pk]),
        b"--x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(31 * 1024**2),
    )

    assert response.status_code == 413
    assert "一共超过 30 MB" in response.content.decode()


def test_the_same_picture_is_kept_once(client: Client, case: Case) -> None:
    picture = encoded(drawn())
    send(client, case, picture)

    assert "已经在证据里了" in send(client, case, picture).content.decode()
    assert len(exhibits.of(case)) == 1


def test_the_thirty_first_is_refused(client: Client, case: Case) -> None:
    for number in range(exhibits.EXHIBITS_PER_CASE):
        Exhibit.objects.create(
            case=case, position=number + 1, kind="chat", said={}, width=1, height=1,
            original_sha256=str(number), copy_sha256="",
        )  # fmt: skip

    assert "最多 30 张" in send(client, case, encoded(drawn())).content.decode()
    assert "不能再添加" in client.get(reverse("exhibits", args=[case.pk])).content.decode()


def test_without_the_token_nothing_is_added(case: Case, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert send(strict, case, encoded(drawn())).status_code == 403
    assert not exhibits.of(case)


# ---- the copy


def secretive() -> dict[str, bytes]:
    """A picture of each format with a word in every place that is none of the pixels'."""
    word = CANARY.decode()
    exif = Image.Exif()
    exif[0x010E] = word
    exif.get_ifd(0x8825)[1] = word
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", word)
    text.add_itxt("XML:com.adobe.xmp", word)
    icc = {"icc_profile": b"\0" * 128 + CANARY}
    photo = drawn()
    return {
        "JPEG": encoded(photo, "JPEG", exif=exif, comment=word, xmp=CANARY, **icc),
        "PNG": encoded(photo, "PNG", exif=exif, pnginfo=text, **icc),
        "WEBP": encoded(photo, "WEBP", exif=exif.tobytes(), xmp=CANARY, **icc),
    }


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(case: Case, folder: Path, file_format: str) -> None:
    source = secretive()[file_format]
    assert CANARY in source
    exhibit = kept(case, source + CANARY)

    for picture in (evidence_picture.shared(exhibit), evidence_picture.small(exhibit)):
        assert CANARY not in picture
        again = opened(picture)
        assert not again.getexif()
        assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    for file in folder.iterdir():
        assert file.read_bytes().startswith(b"v1.")
        assert evidence_picture.format_of(file.read_bytes()) is None


def test_a_picture_held_sideways_is_turned() -> None:
    exif = Image.Exif()
    exif[evidence_worker.ORIENTATION] = 6
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("red", (0, 0, 100, 100))

    made = evidence_picture.copied(encoded(picture, "JPEG", exif=exif), "JPEG")

    assert (made.width, made.height) == (100, 200)
    top: Any = opened(made.copy).getpixel((50, 50))
    assert top[0] > 200 > top[1] + 100


@pytest.mark.parametrize(
    ("size", "copy"),
    [
        ((300, 600), (300, 600)),
        ((1080, 2400), (1080, 2400)),
        ((3000, 4000), (1800, 2400)),
        ((1080, 9000), (1080, 9000)),
        ((1440, 20_000), (720, 10_000)),
        ((20_000, 10), (10_000, 5)),
    ],
)
def test_long_screenshots_stay_readable(size: tuple[int, int], copy: tuple[int, int]) -> None:
    assert evidence_worker.kept_size(*size) == copy


def test_what_is_transparent_becomes_white() -> None:
    made = evidence_picture.copied(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0))), "PNG")

    assert opened(made.copy).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("file_format", "mode", "side"),
    [
        ("JPEG", "RGB", 7000),
        ("PNG", "RGB", 7000),
        ("PNG", "RGBA", 7000),
        ("PNG", "LA", 7000),
        ("WEBP", "RGB", 4400),
    ],
)
def test_the_most_pixels_fit(file_format: str, mode: str, side: int) -> None:
    photo = Image.linear_gradient("L").convert(mode).resize((side, side), Image.Resampling.NEAREST)
    asked = (
        "import sys; import cases.renderings.evidence_worker as w; w.main('copy', sys.argv[1]);"
        "print(open('/proc/self/status').read(), file=sys.stderr)"
    )

    child = subprocess.run(
        [sys.executable, "-c", asked, file_format],
        input=encoded(photo, file_format, compress_level=1, method=0),
        cwd=ROOT,
        capture_output=True,
    )

    assert json.loads(child.stdout.partition(b"\n")[0])["size"] == [2400, 2400]
    kilobytes = cast("re.Match[bytes]", re.search(rb"VmHWM:\s+(\d+)", child.stderr))[1]
    # Of a worker that has nothing to do yet it is 30 MB.
    assert int(kilobytes) / 1024 < 30 + 350


def test_strips_leave_no_seam() -> None:
    picture = Image.radial_gradient("L").resize((700, 2200)).convert("RGB")
    at_once = picture.resize((318, 1000), Image.Resampling.LANCZOS)
    assert evidence_worker._resized(picture, picture.size).tobytes() == picture.tobytes()

    made = evidence_worker._resized(picture, at_once.size)

    assert made.size == at_once.size
    assert max(ImageChops.difference(made, at_once).tobytes()) <= 1


def profile(*primaries: tuple[float, float, float]) -> bytes:
    """An ICC profile of a display: its red, green and blue as XYZ under D50, and a gamma of 2.2."""

    def fixed(*numbers: float) -> bytes:
        return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)

    white = (0.9642, 1.0, 0.8249)
    tags = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), (*primaries, white), strict=True))
    bodies = {name: b"XYZ " + bytes(4) + fixed(*numbers) for name, numbers in tags.items()}
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(2.2 * 256))
    bodies |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at, table = 128 + 4 + 12 * len(bodies), b""
    for name, body in bodies.items():
        table += struct.pack(">4sII", name, at, len(body))
        at += len(body)
    head = struct.pack(">I4xI4s4s4s", at, 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12)
    head += b"acsp" + bytes(28) + fixed(*white)
    return (
        head.ljust(128, b"\0") + struct.pack(">I", len(bodies)) + table + b"".join(bodies.values())
    )


DISPLAY_P3 = profile(
    (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)
)
# The red of sRGB, as an iPhone with its wider colours writes it down.
SRGB_RED_IN_P3 = (234, 51, 35)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_wide_colours_stay_the_same_to_the_eye(mode: str) -> None:
    screenshot = Image.new(mode, (80, 80), SRGB_RED_IN_P3)
    screenshot.paste((128, 128, 128), (40, 0, 80, 80))

    made = evidence_picture.copied(encoded(screenshot, icc_profile=DISPLAY_P3), "PNG")

    red: Any = opened(made.copy).getpixel((10, 10))
    grey: Any = opened(made.copy).getpixel((60, 10))
    assert red[0] > 250 and max(red[1:]) < 20
    assert max(abs(part - 128) for part in grey) <= 4
    assert "icc_profile" not in opened(made.copy).info


@pytest.mark.parametrize(
    ("mode", "broken"), [("RGB", DISPLAY_P3[:200]), ("RGB", b"?"), ("L", DISPLAY_P3)]
)
def test_a_profile_that_does_not_fit_changes_nothing(mode: str, broken: bytes) -> None:
    picture = Image.new(mode, (20, 20), "#808080")

    made = evidence_picture.copied(encoded(picture, icc_profile=broken), "PNG")

    assert opened(made.copy).getpixel((5, 5)) == (128, 128, 128)


def test_a_worker_that_is_killed_hurts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_picture.WORKER, "wall_seconds", 0.01)

    with pytest.raises(RenderingFailed, match="stopped"):
        evidence_picture.copied(encoded(drawn()), "PNG")


def test_the_worker_has_its_limits() -> None:
    asked = (
        "import sys; sys.argv = ['x', 'copy', 'PNG']; import cases.renderings.evidence_worker as w;"
        "w._bound_memory_and_time(); bytearray(1024**3)"
    )
    child = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True)
    assert b"MemoryError" in child.stderr


def test_a_damaged_picture_is_refused_by_word() -> None:
    with pytest.raises(PictureRefused, match=evidence_worker.BROKEN):
        evidence_picture.copied(TRUNCATED, "JPEG")


# ---- sealing, rotation, a full disk


def test_a_file_in_anothers_place_does_not_open(case: Case, folder: Path) -> None:
    first, second = kept(case), kept(case)
    (folder / first.file_name("copy")).write_bytes((folder / second.file_name("copy")).read_bytes())

    with pytest.raises(DecryptionFailed):
        evidence_picture.shared(first)


def test_rotation_reaches_the_files(settings: Settings) -> None:
    settings.PII_KEYS = {"old": KEYS["old"]}
    exhibit = kept(services.answers.open_case())
    exhibits.blacken(exhibit, boxes=[[0.1, 0.1, 0.2, 0.2]])
    settings.PII_KEYS = {"new": KEYS["new"], "old": KEYS["old"]}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "evidence files: 3" in out.getvalue()

    settings.PII_KEYS = {"new": KEYS["new"]}
    again = Exhibit.objects.get(pk=exhibit.pk)
    assert opened(evidence_picture.shared(again)).size == (300, 600)
    assert exhibits.reseal_files() == 0


def test_a_full_disk_leaves_nothing_and_says_so(
    client: Client, case: Case, folder: Path, settings: Settings
) -> None:
    keep_in(settings, folder, "tests.test_exhibits.Full")

    response = send(client, case, encoded(drawn()))

    assert response.status_code == 503
    assert "存储空间暂时不够，不是您的错" in response.content.decode()
    assert not Exhibit.objects.exists()
    assert not list(folder.iterdir())


def test_a_full_disk_leaves_the_picture_as_it_was(
    client: Client, case: Case, folder: Path, settings: Settings
) -> None:
    exhibit = kept(case)
    before = evidence_picture.shared(exhibit)
    keep_in(settings, folder, "tests.test_exhibits.Full")
    typed = {"left": "0", "top": "0", "width": "50", "height": "50"}

    assert client.post(address("exhibit-boxes", exhibit), typed).status_code == 503

    again = Exhibit.objects.get(pk=exhibit.pk)
    assert again.boxes == []
    assert evidence_picture.shared(again) == before


def test_a_failure_is_logged_without_the_path_that_names_the_exhibit(
    client: Client, case: Case, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exhibit = kept(case)
    for file in folder.iterdir():
        file.unlink()

    typed = {"left": "0", "top": "0", "width": "50", "height": "50"}
    assert client.post(address("exhibit-boxes", exhibit), typed).status_code == 503

    told = [each.getMessage() for each in caplog.records if each.name.startswith("cases.")]
    assert told == ["evidence: a picture was not blackened: FileNotFoundError"]


def test_a_full_disk_is_logged_as_such(
    client: Client,
    case: Case,
    folder: Path,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep_in(settings, folder, "tests.test_exhibits.Full")

    send(client, case, encoded(drawn()))

    assert "evidence: No space left on device" in caplog.text


def test_a_stranger_is_given_back_what_was_typed_in_words(case: Case) -> None:
    typed = {"kind": "chat", "label": "客服的答复", "proves": "", "version": "1"}

    for name, args, more in (
        ("exhibits", [case.pk], {"agreed": "on"}),
        ("exhibit", [case.pk, uuid4()], {}),
    ):
        page = Client().post(reverse(name, args=args), {**typed, **more}).content.decode()

        assert f"这是什么：{load().labels['evidence_kind']['chat']}" in page
        assert "客服的答复" in page
        assert not re.search(r"(?m)^(chat|on|1)$", page)


# ---- black boxes


def test_boxes_are_burned_in(client: Client, case: Case) -> None:
    exhibit = kept(case, encoded(Image.new("RGB", (400, 800), "white")))
    typed = {"left": "25", "top": "50", "width": "50", "height": "10"}

    assert client.post(address("exhibit-boxes", exhibit), typed).status_code == 302

    exhibit.refresh_from_db()
    assert exhibit.boxes == [[0.25, 0.5, 0.5, 0.1]]
    for picture in (evidence_picture.shared(exhibit), evidence_picture.small(exhibit)):
        image = opened(picture).convert("L")
        inside: Any = image.getpixel((image.width // 2, int(image.height * 0.55)))
        outside: Any = image.getpixel((image.width // 2, int(image.height * 0.4)))
        assert inside < 30 < 220 < outside
    assert client.get(address("exhibit-picture", exhibit)).content == evidence_picture.shared(
        exhibit
    )


def test_two_clicks_make_a_box_without_scripts(client: Client, case: Case) -> None:
    exhibit = kept(case, encoded(Image.new("RGB", (280, 560), "white")))
    where = address("exhibit-boxes", exhibit)

    page = client.post(where, {"at.x": "140", "at.y": "280"}).content.decode()
    assert 'value="0.5,0.5"' in page
    assert "第一个角记下了" in page
    client.post(where, {"corner": "0.5,0.5", "at.x": "70", "at.y": "140"})

    exhibit.refresh_from_db()
    assert exhibit.boxes == [[0.25, 0.25, 0.25, 0.25]]
    client.post(where, {"drop": "0.25,0.25,0.25,0.25"})
    exhibit.refresh_from_db()
    assert exhibit.boxes == []
    assert opened(evidence_picture.shared(exhibit)).getpixel((100, 200)) == (255, 255, 255)


def test_the_words_typed_beside_a_box_are_kept(client: Client, case: Case) -> None:
    exhibit = kept(case, encoded(Image.new("RGB", (280, 560), "white")))
    where = address("exhibit-boxes", exhibit)
    words = {"kind": "chat", "label": "客服的答复", "proves": "", "source": "", "taken_on": ""}

    page = client.post(where, {**words, "at.x": "140", "at.y": "280"}).content.decode()
    assert 'value="客服的答复"' in page
    again = client.post(where, {**words, "corner": "0.5,0.5", "again": "1"}).content.decode()
    assert 'value="客服的答复"' in again
    assert 'name="corner"' not in again
    client.post(where, {**words, "corner": "0.5,0.5", "at.x": "70", "at.y": "140"})

    exhibit.refresh_from_db()
    assert (exhibit.kind, exhibit.said["label"]) == ("chat", "客服的答复")
    assert exhibit.boxes == [[0.25, 0.25, 0.25, 0.25]]


def test_words_that_cannot_be_kept_stay_typed_beside_the_new_box(
    client: Client, case: Case
) -> None:
    exhibit = kept(case, encoded(Image.new("RGB", (280, 560), "white")))
    words = {"kind": "chat", "label": "客服的答复", "taken_on": "去年"}
    four = {"left": "0", "top": "0", "width": "50", "height": "50"}

    # By the Enter key the numbers come with the words.
    page = client.post(address("exhibit", exhibit), {**words, **four}).content.decode()

    assert 'value="客服的答复"' in page
    assert "说明还没有保存" in page
    assert 'value="0.0,0.0,0.5,0.5"' in page
    assert Exhibit.objects.get().boxes == [[0, 0, 0.5, 0.5]]


@pytest.mark.parametrize(
    "typed",
    [
        {"left": "a", "top": "0", "width": "1", "height": "1"},
        {"left": "nan", "top": "0", "width": "inf", "height": "1"},
        {"corner": "0.5,0.5", "at.x": "140", "at.y": "280"},
        {"corner": "x", "at.x": "1", "at.y": "1"},
        {},
    ],
)
def test_what_is_no_box_changes_nothing(client: Client, case: Case, typed: dict[str, str]) -> None:
    exhibit = kept(case, encoded(Image.new("RGB", (280, 560), "white")))

    assert "没有加上黑框" in client.post(address("exhibit-boxes", exhibit), typed).content.decode()

    exhibit.refresh_from_db()
    assert exhibit.boxes == []


def test_an_old_page_uncovers_no_other_box(client: Client, case: Case) -> None:
    exhibit = kept(case)
    first, second = [0.1, 0.1, 0.2, 0.2], [0.5, 0.5, 0.12345, 0.2]
    exhibits.blacken(exhibit, boxes=[first, second])
    page = client.get(address("exhibit", exhibit)).content.decode()
    drops = re.findall(r'name="drop"\s+value="([^"]+)"', page)
    assert drops == ["0.1,0.1,0.2,0.2", "0.5,0.5,0.12345,0.2"]

    for _again in range(2):
        said = client.post(address("exhibit-boxes", exhibit), {"drop": drops[0]}, follow=True)
    assert "没有去掉黑框" in said.content.decode()
    assert Exhibit.objects.get(pk=exhibit.pk).boxes == [second]

    client.post(address("exhibit-boxes", exhibit), {"drop": drops[1]})
    assert Exhibit.objects.get(pk=exhibit.pk).boxes == []


@pytest.mark.parametrize("drop", ["0", "", "0.1,0.1,0.2", "nan,nan,nan,nan"])
def test_a_box_that_is_none_uncovers_nothing(client: Client, case: Case, drop: str) -> None:
    exhibit = kept(case)
    exhibits.blacken(exhibit, boxes=[[0.1, 0.1, 0.2, 0.2]])

    page = client.post(address("exhibit-boxes", exhibit), {"drop": drop}).content.decode()

    assert "没有去掉黑框" in page
    assert Exhibit.objects.get(pk=exhibit.pk).boxes == [[0.1, 0.1, 0.2, 0.2]]


def test_what_another_request_covered_meanwhile_stays_covered(case: Case) -> None:
    early, late = kept(case), Exhibit.objects.get()
    exhibits.blacken(late, boxes=[[0.1, 0.1, 0.2, 0.2]])
    covered = evidence_picture.shared(Exhibit.objects.get())

    with pytest.raises(BoxesChanged):
        exhibits.blacken(early, boxes=[[0.5, 0.5, 0.2, 0.2]])

    assert Exhibit.objects.get().boxes == [[0.1, 0.1, 0.2, 0.2]]
    assert evidence_picture.shared(Exhibit.objects.get()) == covered


def test_the_page_says_when_another_request_was_first(
    client: Client, case: Case, folder: Path, settings: Settings
) -> None:
    exhibit = kept(case)
    keep_in(settings, folder, "tests.test_exhibits.Overtaken")
    typed = {"left": "50", "top": "50", "width": "20", "height": "20"}

    page = client.post(address("exhibit-boxes", exhibit), typed).content.decode()

    assert "黑框刚在别处改过，这次没有再改" in page
    assert 'value="0.1,0.1,0.2,0.2"' in page
    assert Exhibit.objects.get().boxes == [[0.1, 0.1, 0.2, 0.2]]


def test_a_box_stays_inside() -> None:
    assert box_between((1.5, 0.9), (0.75, 7)) == (0.75, 0.9, 0.25, 0.1)


# ---- what is said, order, removal


def test_what_is_said_is_kept_sealed(client: Client, case: Case) -> None:
    exhibit = kept(case)
    typed = {
        "kind": "chat",
        "label": "与客服的对话",
        "proves": "<script>alert(1)</script>",
        "source": "微信",
        "taken_on": "2026年11月20日",
    }

    assert client.post(address("exhibit", exhibit), typed).status_code == 302

    exhibit.refresh_from_db()
    assert exhibit.kind == "chat"
    assert exhibit.said == {
        "label": typed["label"],
        "proves": typed["proves"],
        "source": typed["source"],
        "taken_on": "2026-11-20",
    }
    page = client.get(reverse("exhibits", args=[case.pk])).content.decode()
    assert "证据1：与客服的对话" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("label", "长" * 41, "“名称”最多 40 字，现在有 41 字"),
        ("taken_on", "昨天", "日期没有看懂"),
        ("taken_on", "2026-11-23", "还没有到"),
    ],
)
def test_what_cannot_be_said_stays_typed(
    client: Client, case: Case, name: str, text: str, words: str
) -> None:
    exhibit = kept(case)
    typed = {"kind": "chat", "source": "微信里的客服", name: text}

    page = client.post(address("exhibit", exhibit), typed).content.decode()

    assert words in page
    assert text in page
    assert "微信里的客服" in page


def test_order_and_removal(client: Client, case: Case, folder: Path) -> None:
    first, second, third = kept(case), kept(case), kept(case)

    client.post(address("exhibit-move", third), {"way": "up"})
    client.post(address("exhibit-move", first), {"way": "up"})
    assert exhibits.of(case) == [first, third, second]

    assert "删除这张图片吗" in client.get(address("exhibit-remove", first)).content.decode()
    assert first in exhibits.of(case)
    client.post(address("exhibit-remove", first))
    assert [(each.pk, each.position) for each in exhibits.of(case)] == [
        (third.pk, 1),
        (second.pk, 2),
    ]
    assert not [file for file in folder.iterdir() if file.name.startswith(str(first.pk))]
    assert client.get(address("exhibit-picture", first)).status_code == 404


def test_the_page_comes_back_to_the_exhibit_that_was_moved(
    client: Client, case: Any, folder: Any
) -> None:
    _first, _second, third = kept(case), kept(case), kept(case)

    moved = client.post(address("exhibit-move", third), {"way": "up"})

    assert moved["Location"] == reverse("exhibits", args=[case.pk]) + "#e2"
    assert 'id="e2"' in client.get(moved["Location"]).content.decode()


def test_the_picture_can_be_looked_at_in_full_size(client: Client, case: Any, folder: Any) -> None:
    one = kept(case)

    page = client.get(address("exhibit", one)).content.decode()

    assert page.count(address("exhibit-picture", one)) == 2


def test_each_black_box_has_its_number_and_the_page_comes_back_to_it(
    client: Client, case: Any, folder: Any
) -> None:
    one = kept(case)
    exhibits.blacken(one, boxes=[(0.1, 0.1, 0.2, 0.1)])
    four = {"left": "10", "top": "50", "width": "20", "height": "10"}

    added = client.post(address("exhibit-boxes", one), four)

    assert added["Location"].endswith("#box-2")
    page = client.get(added["Location"]).content.decode()
    assert re.findall(r'<text id="box-(\d)"', page) == ["1", "2"]


# ---- who sees it


def test_a_picture_is_only_a_picture(client: Client, case: Case) -> None:
    response = client.get(address("exhibit-picture", kept(case)))

    assert response["Content-Type"] in ("image/png", "image/jpeg")
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["exhibit-picture", "exhibit-preview"])
@pytest.mark.parametrize("damage", [b"v1.no-such-key.AAAA", b"\xff\xfe", b"", None])
def test_a_picture_that_cannot_be_opened_is_not_found(
    client: Client,
    case: Case,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    damage: bytes | None,
) -> None:
    exhibit = kept(case)
    for file in folder.iterdir():
        file.unlink() if damage is None else file.write_bytes(damage)

    assert client.get(address(name, exhibit)).status_code == 404

    told = "\n".join(row.getMessage() for row in caplog.records if row.name.startswith("cases"))
    assert re.search("FileNotFoundError|DecryptionFailed|UnicodeDecodeError", told)
    assert str(exhibit.pk) not in told


NAMES = ["exhibit", "exhibit-boxes", "exhibit-move", "exhibit-remove", "exhibit-picture"]


@pytest.mark.parametrize("name", [*NAMES, "exhibit-preview"])
def test_nobody_else_reaches_it(client: Client, case: Case, name: str) -> None:
    exhibit, other = kept(case), services.answers.open_case()

    for method in ("get", "post"):
        stranger = getattr(Client(), method)(address(name, exhibit))
        assert stranger.status_code in (404, 405)
        # An exhibit of one case is not found under another that this browser holds.
        theirs = kept(other, encoded(drawn(33, 33 + len(method))))
        crossed = reverse(name, args=[case.pk, theirs.pk])
        assert getattr(client, method)(crossed).status_code in (404, 405)
    assert Exhibit.objects.filter(case=other).count() == 2


def test_the_desk_sees_what_is_shared_after_submission(client: Client, case: Case) -> None:
    exhibit = kept(case)
    desk = staff("reviewer")
    page, picture = f"/desk/cases/case/{case.pk}/change/", f"exhibits/{exhibit.pk}/"
    address_of_it = page.replace("change/", picture)

    assert desk.get(address_of_it).status_code == 404
    Case.objects.filter(pk=case.pk).update(submitted_at=NOW)

    shown = desk.get(address_of_it)
    assert shown.content == evidence_picture.shared(exhibit)
    assert "sandbox" in shown["Content-Security-Policy"]
    assert picture in desk.get(page).content.decode()
    assert client.get(address_of_it).status_code == 302


# ---- how it goes


def test_erasing_the_case_takes_the_files(client: Client, case: Case, folder: Path) -> None:
    kept(case)
    other = kept(services.answers.open_case())

    client.post(reverse("delete", args=[case.pk]))

    assert {file.name.partition(".")[0] for file in folder.iterdir()} == {str(other.pk)}
    assert "1 张证据图片" in client.get(reverse("deleted")).content.decode()


def test_purge_takes_pictures_after_sixty_days(case: Case, folder: Path) -> None:
    with time_machine.travel(NOW - timedelta(days=59, hours=23), tick=False):
        young = kept(case)
    with time_machine.travel(NOW - timedelta(days=60, seconds=1), tick=False):
        kept(case, encoded(drawn(99, 99)))

    assert services.disposal.purge(NOW, dry_run=True)["exhibits"] == 1
    assert services.disposal.purge(NOW, dry_run=False)["exhibits"] == 1

    assert exhibits.of(case) == [young]
    assert {file.name.partition(".")[0] for file in folder.iterdir()} == {str(young.pk)}
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_purged_case_takes_its_files(folder: Path) -> None:
    with time_machine.travel(NOW - timedelta(days=31), tick=False):
        kept(services.answers.open_case())

    assert services.disposal.purge(NOW, dry_run=False)["drafts"] == 1
    assert not list(folder.iterdir())


def test_files_without_a_row_are_swept(case: Case, folder: Path) -> None:
    exhibit = kept(case)
    Exhibit.objects.all().delete()
    assert services.disposal.purge(NOW, dry_run=True)["files_left_behind"] == 0
    past = (NOW - timedelta(hours=2)).timestamp()
    for file in folder.iterdir():
        os.utime(file, (past, past))

    assert services.disposal.purge(NOW, dry_run=True)["files_left_behind"] == 2
    assert services.disposal.purge(NOW, dry_run=False)["files_left_behind"] == 2
    assert not list(folder.iterdir())
    assert not storages["evidence"].exists(exhibit.file_name("copy"))


def test_the_privacy_page_tells_the_time_that_holds(client: Client) -> None:
    page = client.get(reverse("privacy")).content.decode()

    assert f"添加后 {exhibits.EXHIBIT_LIFE.days} 天" in page


# ---- how to keep each kind


def test_what_vanishes_first_stands_first(client: Client, case: Case) -> None:
    kept(case, kind="chat")
    page = client.get(reverse("exhibits", args=[case.pk])).content.decode()

    guides = page[page.index('id="guides"') :]
    order = [guides.index(word) for word in ("聊天记录", "快递记录", "付款记录")]
    assert order == sorted(order)
    assert "已有 1 张" in guides
