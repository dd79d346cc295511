"""The ZIP of everything: what is in it, its names, its bytes, and when a file cannot be made."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.models import Plan
from cases.renderings import bundle, papers, pdf
from cases.renderings.audience import Audience
from cases.renderings.bundle import Source
from cases.renderings.outline import outline
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

UTF_8 = 0x800


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person with a plan."""
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    return lin


def download(lin: Walker) -> Any:
    return lin.client.get(reverse("plan-zip", args=[lin.case_id]))


def source(plan: Plan, **others: Any) -> Source:
    made: dict[str, Any] = {"pdf": lambda: b"%PDF-", "checklist": lambda: b"%PDF-"}
    return Source(case=plan.case, plan=plan, revision=0, chosen=None, **{**made, **others})


def opened(pieces: Iterator[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_it_holds_everything(lin: Walker) -> None:
    response = download(lin)
    file = opened(response.streaming_content)

    assert file.testzip() is None
    names = file.namelist()
    assert {"行动方案.pdf", "行动方案.docx", "行动方案.txt", "日程.ics", "空白清单.pdf"} < set(
        names
    )
    assert names[-1] == "说明.txt"
    letters = len(Plan.objects.get().content["letters"])
    assert len([name for name in names if re.fullmatch(r"文字/\d\d_.+\.txt", name)]) == letters
    assert len([name for name in names if re.fullmatch(r"文字/\d\d_.+\.docx", name)]) == letters
    assert file.read("行动方案.pdf").startswith(b"%PDF")
    assert file.read("空白清单.pdf").startswith(b"%PDF")


def test_it_holds_the_papers_as_each_receiver_may_see_them(client: Client) -> None:
    facts = {**RESERVED, "consumer": {"name": "林小溪", "phone": "13812345678"}}
    lin = Walker(client)
    lin.answer(facts)
    lin.submit()
    plan = Plan.objects.get()
    file = opened(bundle.stream(source(plan)))
    found = papers.receivers(plan.content)

    for each in found:
        name = f"材料/{each.action['number']:02}_{each.action['name']}"
        text = papers.as_text(papers.write_paper(each, each.ways))
        assert file.read(f"{name}.txt").decode() == text
        assert file.read(f"{name}.docx").startswith(b"PK")
        if each.audience is not Audience.AUTHORITY:
            assert "13812345678" not in text
    assert len([name for name in file.namelist() if name.startswith("材料/")]) == 2 * len(found)
    told = file.read("说明.txt").decode("utf-8-sig")
    assert f"只写{found[0].name}需要的内容" in told


def test_every_name_is_marked_as_utf_8_and_stays_inside(lin: Walker) -> None:
    for row in opened(bundle.stream(source(Plan.objects.get()))).infolist():
        assert row.flag_bits & UTF_8
        assert not row.filename.startswith("/")
        assert ".." not in row.filename


def test_no_name_and_no_list_holds_anything_personal(lin: Walker) -> None:
    plan = Plan.objects.get()
    file = opened(bundle.stream(source(plan)))
    told = "\n".join([*file.namelist(), file.read("说明.txt").decode("utf-8-sig")])

    assert plan.case.public_id not in told
    assert not re.search(r"1[3-9]\d{9}", told)


def test_the_list_says_what_each_file_is(lin: Walker) -> None:
    file = opened(bundle.stream(source(Plan.objects.get())))
    told = file.read("说明.txt").decode("utf-8-sig")

    assert all(f"{name}：" in told for name in file.namelist()[:-1])


def test_the_same_plan_gives_the_same_bytes(lin: Walker) -> None:
    plan = Plan.objects.get()
    first = b"".join(bundle.stream(source(plan)))

    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=False):
        assert b"".join(bundle.stream(source(plan))) == first


def test_it_is_sent_while_it_is_made(lin: Walker) -> None:
    made: list[str] = []

    def noted() -> bytes:
        made.append("checklist")
        return b"%PDF-"

    pieces = bundle.stream(source(Plan.objects.get(), checklist=noted))

    assert next(pieces).startswith(b"PK")
    assert made == []


def test_a_file_that_cannot_be_made_is_named_and_the_rest_comes(lin: Walker) -> None:
    def busy() -> bytes:
        raise pdf.RenderingFailed("All PDF workers are busy.")

    file = opened(bundle.stream(source(Plan.objects.get(), pdf=busy)))

    assert "行动方案.pdf" not in file.namelist()
    assert "行动方案.docx" in file.namelist()
    assert "行动方案.pdf：这一份暂时没有做出来" in file.read("说明.txt").decode("utf-8-sig")


def test_it_holds_the_texts_the_person_wrote(lin: Walker) -> None:
    plan = Plan.objects.get()
    slug = outline(plan.content)["actions"][0]["slug"]
    plan.edits = {slug: {"full": "我改过的一句话。"}}
    file = opened(bundle.stream(source(plan)))
    letters = [name for name in file.namelist() if name.startswith("文字/01_")]

    assert "我改过的一句话。" in file.read(letters[0]).decode()
    assert "我改过的一句话。" in file.read(letters[0].replace("文字/", "材料/")).decode()
    assert "用的是您改过的文字" in file.read("说明.txt").decode("utf-8-sig")


def test_it_is_a_download_that_nobody_keeps(lin: Walker) -> None:
    response = download(lin)

    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Disposition"].startswith('attachment; filename="everything-')
