"""Downloading the plan: made once, kept sealed for an hour, gone with the case."""

from __future__ import annotations

import io
import pickle
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pypdf
import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from cases import services
from cases.models import Case, Plan
from cases.renderings import pdf, plan_cache
from cases.renderings.outline import outline
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import Document, Progress
from tests.walker import Walker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, and an empty cache."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield
    wait_until(lambda: not plan_cache._under_way)


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture
def rendered() -> Callable[[], int]:
    """How many documents the idle workers have made since the test began."""

    def made() -> int:
        return sum(worker.jobs for worker in pdf._idle)

    before = made()
    return lambda: made() - before


def download(lin: Walker) -> Any:
    return lin.client.get(reverse("plan-pdf", args=[lin.case_id]))


def place() -> str:
    """Where the PDF of the only plan lies."""
    return f"plan.pdf:{Plan.objects.get().pk}"


def wait_until(true: Callable[[], bool]) -> None:
    """Ask again and again for thirty seconds at most; the clock of the test stands still."""
    for _ in range(600):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come true within thirty seconds")


def text_of(document: bytes) -> str:
    """The words of a PDF, without the line breaks."""
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_second_download_is_not_made_again(lin: Walker, rendered: Callable[[], int]) -> None:
    first, second = download(lin), download(lin)

    assert first.content.startswith(b"%PDF")
    assert second.content == first.content
    assert second["Content-Disposition"] == first["Content-Disposition"]
    assert rendered() == 1


def test_another_choice_of_channels_is_made_anew(lin: Walker, rendered: Callable[[], int]) -> None:
    first = download(lin).content
    lin.post("channels", {"chosen": ["carrier_complaint:carrier"]})

    assert download(lin).content != first
    assert rendered() == 2


def test_after_an_hour_it_is_made_anew(lin: Walker, rendered: Callable[[], int]) -> None:
    download(lin)

    with time_machine.travel("2026-11-22T11:00:01+08:00", tick=False):
        download(lin)

    assert rendered() == 2


def test_nothing_readable_lies_in_the_cache(lin: Walker) -> None:
    document = download(lin).content

    kept = cache.get(place())

    assert isinstance(kept, str)
    assert kept.startswith("v1.")
    assert document[:40] not in kept.encode()


def test_an_edited_letter_makes_another_document(lin: Walker) -> None:
    first = download(lin).content
    plan = Plan.objects.get()
    slug = outline(plan.content)["actions"][0]["slug"]
    plan.edits = {slug: {"full": "我自己写的一封信。"}}
    plan.save()

    assert "我自己写的一封信" in text_of(download(lin).content)
    assert "我自己写的一封信" not in text_of(first)


def test_new_knowledge_makes_another_document(lin: Walker) -> None:
    plan = Plan.objects.get()
    now = Document(plan=plan, place="plan.pdf", make=bytes)
    older = Plan(id=plan.pk, knowledge_version="0" * 12, edits=None)

    assert Document(plan=older, place="plan.pdf", make=bytes).fingerprint != now.fingerprint
    assert Document(plan=plan, place="plan.pdf", make=bytes).fingerprint == now.fingerprint
    assert Document(plan=plan, place="plan.docx", make=bytes).fingerprint != now.fingerprint


def test_only_a_known_place_keeps_documents(lin: Walker) -> None:
    document = Document(plan=Plan.objects.get(), place="poster.pdf", make=bytes)

    with pytest.raises(ValueError, match="poster.pdf"):
        plan_cache.made(document)


# Going with the case


def test_every_document_goes_with_the_case(lin: Walker) -> None:
    plan = Plan.objects.get()
    for name in plan_cache.PLACES:
        plan_cache.made(Document(plan=plan, place=name, make=lambda: b"kept"))
    places = [f"{name}:{plan.pk}" for name in plan_cache.PLACES]
    assert set(cache.get_many(places)) == set(places)

    services.disposal.erase(lin.case)

    assert cache.get_many(places) == {}


@pytest.fixture
def on_disk(settings: Settings, tmp_path: Path) -> Path:
    """Documents in a folder, as they lie where no cache is shared."""
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {
        **settings.CACHES,
        "documents": {"BACKEND": backend, "LOCATION": str(tmp_path / "documents")},
    }
    return tmp_path / "documents"


def test_on_disk_they_are_sealed_and_go_with_the_case(lin: Walker, on_disk: Path) -> None:
    body = download(lin).content

    [kept] = on_disk.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    with kept.open("rb") as written:
        # The moment it goes; behind it the cache packs what it is given.
        pickle.load(written)  # noqa: S301 - this test wrote it
        given = zlib.decompress(written.read())
    assert b"v1.test." in given
    assert body[:5] not in given
    services.disposal.erase(lin.case)
    assert list(on_disk.iterdir()) == []


def test_the_daily_purge_leaves_no_document(lin: Walker, on_disk: Path) -> None:
    download(lin)

    services.disposal.purge(timezone.now(), dry_run=False)

    assert list(on_disk.iterdir()) == []


def test_a_case_erased_while_the_engine_worked_leaves_none(lin: Walker) -> None:
    plan, case = Plan.objects.get(), lin.case

    def make() -> bytes:
        plan_cache.forget([plan.pk])
        return b"late"

    assert plan_cache.made(Document(plan=plan, place="plan.pdf", make=make)) == b"late"
    assert cache.get(f"plan.pdf:{plan.pk}") is None
    assert case.plans.exists()


# Sharing and waiting


def test_two_who_want_the_same_document_share_one_rendering(lin: Walker) -> None:
    plan, begun, go_on = Plan.objects.get(), [], threading.Event()

    def make() -> bytes:
        begun.append(True)
        go_on.wait(30)
        return b"one"

    document = Document(plan=plan, place="plan.pdf", make=make)
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(plan_cache.made(document))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert plan_cache.start(document) is Progress.MAKING
    go_on.set()
    for thread in threads:
        thread.join()

    assert got == [b"one"] * 3
    assert len(begun) == 1
    assert plan_cache.progress(document) is Progress.READY


def test_a_failure_is_remembered_until_somebody_tries_again(lin: Walker) -> None:
    tries: list[bool] = []

    def make() -> bytes:
        tries.append(True)
        raise RenderingFailed("It is too much.")

    document = Document(plan=Plan.objects.get(), place="plan.pdf", make=make)
    assert plan_cache.start(document) is Progress.MAKING
    wait_until(lambda: plan_cache.progress(document) is Progress.FAILED)
    assert plan_cache.progress(document) is Progress.FAILED
    assert len(tries) == 1

    plan_cache.start(document)
    wait_until(lambda: len(tries) == 2)


def test_whoever_comes_when_enough_are_under_way_is_told_at_once(lin: Walker) -> None:
    plan, go_on = Plan.objects.get(), threading.Event()

    def make() -> bytes:
        go_on.wait(30)
        return b"made"

    documents = [
        Document(plan=plan, place="plan.pdf", settings={"n": n}, make=make)
        for n in range(plan_cache.MOST_UNDER_WAY + 1)
    ]
    states = [plan_cache.start(document) for document in documents]
    with pytest.raises(RenderingFailed, match="Too many"):
        plan_cache.made(documents[-1])
    go_on.set()

    assert states[:-1] == [Progress.MAKING] * plan_cache.MOST_UNDER_WAY
    assert states[-1] is Progress.FAILED
    wait_until(lambda: not plan_cache._under_way)


def test_few_requests_wait_for_documents(lin: Walker) -> None:
    document = Document(plan=Plan.objects.get(), place="plan.pdf", make=lambda: b"made")
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(plan_cache._a_place_to_wait())
        with pytest.raises(RenderingFailed, match="Too many wait"):
            plan_cache.made(document)

    assert plan_cache.made(document) == b"made"


def test_when_too_many_want_one_a_page_offers_another_try_and_the_texts(lin: Walker) -> None:
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(pdf._taking(pdf._doors, timeout=0))
        response = download(lin)

    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    page = response.content.decode()
    assert f'href="{waiting_page(lin)}"' in page
    assert reverse("plan-text", args=[lin.case_id]) in page
    assert download(lin).status_code == 200


# The page that waits


def waiting_page(lin: Walker) -> str:
    return reverse("plan-progress", args=[lin.case_id])


def test_the_page_waits_and_goes_on_without_scripts(
    lin: Walker, rendered: Callable[[], int]
) -> None:
    first = lin.client.get(waiting_page(lin))
    again = f"{waiting_page(lin)}?waiting=1"
    assert first.status_code == 200
    assert f'content="2; url={again}"' in first.content.decode()

    wait_until(lambda: "PDF做好了" in lin.client.get(again).content.decode())

    response = lin.client.get(again)
    page = response.content.decode()
    assert response["Refresh"] == f"1; url={reverse('plan-pdf', args=[lin.case_id])}"
    assert "KB" in page
    assert download(lin).content.startswith(b"%PDF")
    assert rendered() == 1


def test_htmx_hears_nothing_until_there_is_something_to_see(lin: Walker) -> None:
    again = f"{waiting_page(lin)}?waiting=1"
    answers = []

    def ask() -> bool:
        answers.append(lin.client.get(again, headers={"HX-Request": "true"}))
        return "HX-Redirect" in answers[-1]

    wait_until(ask)

    assert {answer.status_code for answer in answers[:-1]} == {204}
    assert answers[-1]["HX-Redirect"] == again


def test_what_is_kept_is_downloaded_at_once(lin: Walker) -> None:
    download(lin)

    response = lin.client.get(waiting_page(lin))

    assert response.status_code == 302
    assert response["Location"] == reverse("plan-pdf", args=[lin.case_id])


def test_while_it_is_made_every_text_can_be_had(lin: Walker) -> None:
    page = lin.client.get(waiting_page(lin)).content.decode()
    offered = re.findall(r'href="([^"]+\.txt)"', page)

    assert len(offered) == 1 + len(Plan.objects.get().content["letters"])
    for address in offered:
        response = lin.client.get(address)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"].startswith("attachment")
    whole = lin.client.get(offered[0]).content.decode()
    assert all(row["text"][:20] in whole for row in Plan.objects.get().content["letters"])


def test_a_failure_is_said_on_the_page_that_waits(lin: Walker) -> None:
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(pdf._taking(pdf._doors, timeout=0))
        lin.client.get(waiting_page(lin))
        again = f"{waiting_page(lin)}?waiting=1"
        wait_until(lambda: lin.client.get(again).status_code == 503)
        assert "再试一次" in lin.client.get(again).content.decode()

    assert lin.client.get(waiting_page(lin)).status_code == 200
    wait_until(lambda: "PDF做好了" in lin.client.get(again).content.decode())


def test_the_pictures_wait_for_the_plan_and_then_open(
    lin: Walker, rendered: Callable[[], int]
) -> None:
    where = reverse("pictures", args=[lin.case_id])
    first = lin.client.get(where).content.decode()
    assert "图片从PDF来" in first
    assert f'content="2; url={where}?waiting=1"' in first
    assert reverse("plan-text", args=[lin.case_id]) in first

    wait_until(lambda: "长按图片保存" in lin.client.get(f"{where}?waiting=1").content.decode())

    # htmx would not put a whole page into the one that waits.
    told = lin.client.get(f"{where}?waiting=1", headers={"HX-Request": "true"})
    assert told["HX-Redirect"] == f"{where}?waiting=1"
    assert rendered() == 1


def test_a_failure_is_said_where_the_pictures_wait(lin: Walker) -> None:
    where = reverse("pictures", args=[lin.case_id])
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(pdf._taking(pdf._doors, timeout=0))
        lin.client.get(where)
        wait_until(lambda: lin.client.get(f"{where}?waiting=1").status_code == 503)
        page = lin.client.get(f"{where}?waiting=1").content.decode()

    assert f'href="{where}"' in page


def test_submitting_the_same_answers_again_keeps_the_plan(lin: Walker) -> None:
    lin.submit()

    assert Plan.objects.count() == 1


def test_one_plan_too_many_is_refused_with_a_sentence(lin: Walker) -> None:
    case = Case.objects.get()
    for number in range(services.plans.PLANS_PER_CASE - 1):
        services.plans.submit(
            case,
            key=f"{number}",
            on=Plan.objects.latest().on,
            plan={**Plan.objects.latest().content, "number": number},
            knowledge_version="0",
            summary={},
        )

    lin.post("names", {"consumer__name": "林"})
    response = lin.submit()

    assert response.url == reverse("plan", args=[lin.case_id])
    assert "20 份方案" in lin.client.get(response.url).content.decode()
    assert Plan.objects.count() == services.plans.PLANS_PER_CASE
