"""Exports of the queue: what stands in a file, who may have it, how long, what the log says."""

from __future__ import annotations

import csv
import gc
import io
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.storage import storages
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.exceptions import FileCreateError

from cases import services
from cases.admin import export_columns, queue
from cases.encryption import DecryptionFailed, Sealed
from cases.models import Case, Event, Export
from cases.renderings import case_table, sealed_file
from cases.services import export_files, exports
from cases.services.exports import Standing
from cases.services.rights import NotAllowed
from tests.desk import member, signed_in, staff
from tests.desk_cases import NAME, NOON, ORDER, PERSONAL, PHONE, draft, submitted

pytestmark = pytest.mark.django_db
NEW = "/desk/exports/new/"
DANGEROUS = "=+-@\t\r\0＝＋－＠"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def empty_folder() -> Iterator[None]:
    yield
    for path in folder().glob("*"):
        path.unlink()


@pytest.fixture
def senior() -> User:
    return member("senior", name="su")


@pytest.fixture
def su(senior: User) -> Client:
    return signed_in(senior)


def folder() -> Path:
    return Path(storages["exports"].path(""))


def exported(client: Client, query: str = "", **asked: str) -> Export:
    """The export that this form begins."""
    response = client.post(NEW + query, {"format": "csv", **asked})
    assert response.status_code == 302, response.context["form"].errors
    return Export.objects.get(pk=response["Location"].split("/")[-2])


def body(client: Client, export: Export) -> bytes:
    response = client.get(f"/desk/exports/{export.pk}/file/")
    assert response.status_code == 200
    return response.getvalue()


def rows(client: Client, export: Export) -> list[dict[str, str]]:
    text = body(client, export).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# ---- the table


def as_csv(table: Sequence[case_table.Row]) -> bytes:
    file = io.BytesIO()
    case_table.write_csv(file, ["头"], table)
    return file.getvalue()


def as_xlsx(table: Sequence[case_table.Row], scratch: Path) -> zipfile.ZipFile:
    file = io.BytesIO()
    head = ["头"] * len(table[0])
    case_table.write_xlsx(file, head, table, scratch=str(scratch))
    return zipfile.ZipFile(file)


def test_a_csv_has_its_mark_and_the_line_ends_excel_expects() -> None:
    assert as_csv([["中文", Decimal("59.00")]]) == "\ufeff头\r\n中文,59.00\r\n".encode()


@given(st.sampled_from(DANGEROUS), st.text(max_size=20), st.sampled_from(["", " ", "\u3000"]))
def test_no_cell_of_a_csv_is_a_formula(first: str, rest: str, before: str) -> None:
    written = as_csv([[before + first + rest]])
    line = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))[1]
    assert line == [f"'{before}{first}{rest}"]


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=10), min_size=1))
def test_other_cells_stay_as_they_are(cells: list[str]) -> None:
    read = list(csv.reader(io.StringIO(as_csv([cells]).decode("utf-8-sig"), newline="")))[1]
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize(
    "cell",
    ["20261116007312345678", "13812345678", "0571", "06012e34", "1-2", "3/4", "12:30", "1,5"],
)
def test_a_csv_loses_no_digit_to_a_number_or_a_date(cell: str) -> None:
    assert as_csv([[cell]]).decode("utf-8-sig").splitlines()[1].strip('"') == f"'{cell}"


@pytest.mark.parametrize("cell", ["2026-11-22", "2026-11-22 12:00", "1E23-4567", "…345678", ""])
def test_days_and_what_has_letters_stand_in_a_csv_as_they_are(cell: str) -> None:
    assert as_csv([[cell, "后"]]).decode("utf-8-sig").splitlines()[1] == f"{cell},后"


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    cells = [first + "HYPERLINK(1)" for first in DANGEROUS] + ["http://evil.example/", "{=1}"]
    with as_xlsx([cells], tmp_path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert sheet.count(">'") == len(DANGEROUS)
    assert list(tmp_path.iterdir()) == []


def test_a_sum_in_a_workbook_is_a_number_with_its_cents(tmp_path: Path) -> None:
    with as_xlsx([[Decimal("59.00")]], tmp_path) as book:
        assert '<c r="A2" s="2"><v>59.00</v>' in book.read("xl/worksheets/sheet1.xml").decode()
        assert 'formatCode="0.00"' in book.read("xl/styles.xml").decode()


def test_a_workbook_whose_folder_goes_meanwhile_leaves_nothing_open(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def rows() -> Iterator[case_table.Row]:
        yield ["甲"]
        shutil.rmtree(scratch)

    with pytest.raises(FileCreateError):
        case_table.write_xlsx(io.BytesIO(), ["头"], rows(), scratch=str(scratch))
    # What is open still is told when it is collected, and fails the test.
    gc.collect()


def test_a_column_of_a_workbook_is_as_wide_as_what_stands_in_it(tmp_path: Path) -> None:
    cells = ["20261116007312345678", "同一订单已有案件", "是", "很长的话" * 40]
    with as_xlsx([["短"] * 4, cells], tmp_path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    widths = [float(width) for width in re.findall('<col [^>]*width="([0-9.]+)"', sheet)]
    assert [int(width) for width in widths] == [21, 17, 9, 41]


def test_a_workbook_prints_two_pages_wide_with_its_heads(tmp_path: Path) -> None:
    with as_xlsx([["甲", "乙"]], tmp_path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet
    assert 'fitToWidth="2" fitToHeight="0" orientation="landscape"' in sheet
    assert "Print_Titles" in names


# ---- the sealed file


def sealed(path: Path, plain: bytes, *, where: str = "here") -> Path:
    with path.open("wb") as raw, sealed_file.sealing(raw, where=where) as file:
        file.write(plain)
    return path


def test_a_sealed_file_opens_piece_by_piece(tmp_path: Path) -> None:
    plain = os.urandom(3 * sealed_file.PIECE + 1)
    path = sealed(tmp_path / "file", plain)
    pieces = list(sealed_file.opened(path, where="here"))
    assert b"".join(pieces) == plain
    assert max(map(len, pieces)) <= sealed_file.PIECE


def test_pieces_missing_swapped_or_from_elsewhere_do_not_open(tmp_path: Path) -> None:
    path = sealed(tmp_path / "file", os.urandom(3 * sealed_file.PIECE))
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in (lines[:-1], [lines[1], lines[0], *lines[2:]], lines[1:], [b"\xff\n"], []):
        path.write_bytes(b"".join(damaged))
        with pytest.raises(DecryptionFailed):
            list(sealed_file.opened(path, where="here"))
    with pytest.raises(DecryptionFailed):
        list(sealed_file.opened(sealed(tmp_path / "other", b"x"), where="there"))


def test_what_ends_in_an_error_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with (
        pytest.raises(ZeroDivisionError),
        path.open("wb") as raw,
        sealed_file.sealing(raw, where="here") as file,
    ):
        file.write(b"begun")
        raise ZeroDivisionError
    with pytest.raises(DecryptionFailed):
        list(sealed_file.opened(path, where="here"))


# ---- what stands in a file


def test_a_file_shows_the_queue_masked_and_whose_copy_it_is(su: Client) -> None:
    case = submitted()
    export = exported(su)
    [row] = rows(su, export)
    assert row["案件编号"] == f"{case.public_id[:4]}-{case.public_id[4:]}"
    assert (row["状态"], row["平台"], row["运营商"]) == ("新提交", "淘宝、天猫", "中国联通")
    assert (row["金额（元）"], row["卖家"]) == ("59.00", "畅联号卡店")
    assert (row["姓名"], row["电话"], row["订单号"]) == ("林*", "138****8000", "…114001")
    assert (row["导出人"], row["导出时间"]) == ("su", "2026-11-22 12:00:00")
    # A mark may happen to have no letter.
    assert row["导出编号"].removeprefix("'") == export.mark
    assert not [text for text in PERSONAL if text in body(su, export).decode()]


def test_every_column_has_a_head_and_a_cell(su: Client) -> None:
    case, columns = submitted(), export_columns.all_columns()
    export = Export(author=User.objects.get(username="su"), at=NOON)
    assert len(columns.heads) == len(set(columns.heads)) == len(columns.row(case, export))


def test_a_workbook_holds_the_same_and_no_formula(su: Client) -> None:
    submitted(seller={"order__marketplace": "淘宝", "order__seller_name": "=1+1"})
    file = io.BytesIO(body(su, exported(su, format="xlsx")))
    with zipfile.ZipFile(file) as book:
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>&#39;=1+1</t>" in sheet or "<t>'=1+1</t>" in sheet
    assert PHONE not in sheet


def test_with_a_reason_the_personal_data_stands_in_it(su: Client) -> None:
    submitted()
    [row] = rows(su, exported(su, whole="on", reason="contact_people"))
    assert (row["姓名"], row["电话"], row["订单号"]) == (NAME, f"'{PHONE}", ORDER)


def test_without_a_reason_it_does_not_begin(su: Client) -> None:
    submitted()
    response = su.post(NEW, {"format": "csv", "whole": "on"})
    assert "请选择理由" in response.content.decode()
    assert not Export.objects.exists()
    assert not Event.objects.filter(kind=Event.Kind.EXPORTED).exists()


def test_a_reason_without_need_is_not_kept(su: Client) -> None:
    submitted()
    export = exported(su, reason="contact_people")
    assert (export.masked, export.reason) == (True, "")


def test_a_cell_that_cannot_be_opened_says_so(su: Client) -> None:
    case = submitted()
    Case.objects.filter(pk=case.pk).update(answers=Sealed("v1.test.damaged"))
    [row] = rows(su, exported(su))
    assert row["姓名"] == "无法解密"


def test_the_filters_of_the_list_hold_and_drafts_stay_out(su: Client, senior: User) -> None:
    unicom, mobile = submitted(), submitted(carrier={"carrier__name": "china_mobile"})
    draft({})
    assert rows(su, exported(su, "?carrier=china_mobile"))[0]["运营商"] == "中国移动"
    assert len(rows(su, exported(su))) == 2
    assert set(queue.rows(admin.site, "", senior)) == {unicom, mobile}
    assert "没有可以导出的案件" in su.get(f"{NEW}?status=draft").content.decode()
    assert rows(su, exported(su, "?status=draft")) == []


def test_the_list_leads_to_the_export_of_what_it_shows(su: Client) -> None:
    submitted()
    page = su.get("/desk/cases/case/?carrier=china_unicom").content.decode()
    assert f'href="{NEW}?carrier=china_unicom"' in page
    assert NEW not in staff("reviewer").get("/desk/cases/case/").content.decode()


def test_what_a_search_found_can_be_exported(su: Client) -> None:
    submitted()
    found = su.post("/desk/cases/case/search/", {"typed": PHONE})["Location"].partition("?")[2]
    export = exported(su, f"?{found}")
    assert len(rows(su, export)) == 1
    assert PHONE not in export.query


# ---- who, and the log


def test_an_export_and_each_download_are_logged(su: Client) -> None:
    submitted()
    export = exported(su, whole="on", reason="authority_request")
    made = Event.objects.get(kind=Event.Kind.EXPORTED)
    assert (made.actor, made.reason) == ("su", "authority_request")
    assert {"consumer__phone", "whole", f"export:{export.mark}"} <= set(made.fields)
    body(su, export)
    loaded = Event.objects.get(kind=Event.Kind.DOWNLOADED)
    assert (loaded.actor, loaded.fields) == ("su", [f"export:{export.mark}"])
    assert list(services.events.broken()) == []


@pytest.mark.parametrize("role", ["reader", "reviewer", "auditor", "administrator"])
def test_only_seniors_export(role: str) -> None:
    submitted()
    client = staff(role)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {"format": "csv"}).status_code == 403
    assert not Export.objects.exists()


def test_without_the_right_to_reveal_nothing_is_offered_or_given(senior: User) -> None:
    case = submitted()
    colleague = member("senior", name="wang")
    colleague.groups.clear()
    colleague.user_permissions.set(_rights("view_case", "export_case"))
    client = signed_in(User.objects.get(pk=colleague.pk))
    assert "whole" not in client.get(NEW).context["form"].fields
    export = exported(client, whole="on", reason="contact_people")
    assert export.masked
    with pytest.raises(NotAllowed):
        exports.begin(
            User.objects.get(pk=colleague.pk),
            Case.objects.filter(pk=case.pk),
            export_columns.all_columns(),
            file_format="csv",
            masked=False,
            reason="contact_people",
        )


def _rights(*names: str) -> QuerySet[Permission]:
    return Permission.objects.filter(codename__in=names)


def test_nobody_but_the_author_learns_of_an_export(su: Client) -> None:
    submitted()
    export = exported(su)
    other = staff("senior", name="other")
    for address in (f"/desk/exports/{export.pk}/", f"/desk/exports/{export.pk}/file/"):
        assert other.get(address).status_code == 404
        assert su.get(address).status_code == 200


def test_a_right_taken_away_takes_the_file_along(su: Client, senior: User) -> None:
    submitted()
    export = exported(su, whole="on", reason="contact_people")
    senior.groups.clear()
    senior.user_permissions.set(_rights("view_case", "export_case"))
    assert su.get(f"/desk/exports/{export.pk}/file/").status_code == 403


def test_a_file_is_an_attachment_that_runs_nothing_and_is_kept_nowhere(su: Client) -> None:
    submitted()
    response = su.get(f"/desk/exports/{exported(su).pk}/file/")
    assert response["Content-Disposition"].startswith('attachment; filename="cases-2026-11-22-')
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_what_lies_on_disk_is_sealed_and_the_owner_s_alone(su: Client) -> None:
    submitted()
    exported(su, whole="on", reason="contact_people", format="xlsx")
    [path] = folder().iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert PHONE.encode() not in path.read_bytes()
    assert not zipfile.is_zipfile(path)


def test_django_s_own_log_learns_nothing(su: Client) -> None:
    submitted()
    body(su, exported(su))
    assert not LogEntry.objects.exists()


# ---- how long


def test_after_an_hour_there_is_no_file(su: Client, senior: User, clock: Any) -> None:
    submitted()
    export = exported(su)
    clock.shift(timedelta(minutes=59))
    assert exports.standing(export, timezone.now()) is Standing.READY
    clock.shift(timedelta(minutes=1))
    su = signed_in(senior)
    assert su.get(f"/desk/exports/{export.pk}/file/").status_code == 302
    assert "文件已经不能下载" in su.get(f"/desk/exports/{export.pk}/").content.decode()


def test_purge_deletes_files_past_their_hour_and_rows_past_their_month(su: Client) -> None:
    submitted()
    export = exported(su)
    [path] = folder().iterdir()
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    crashed = folder() / "rows"
    crashed.mkdir()
    os.utime(crashed, (NOON.timestamp(), NOON.timestamp()))
    assert export_files.sweep(NOON + timedelta(minutes=59)) == 0
    over = NOON + export_files.LIFE
    assert services.disposal.purge(over, dry_run=True)["export_files"] == 2
    assert services.disposal.purge(over, dry_run=False)["export_files"] == 2
    assert list(folder().iterdir()) == []
    assert Export.objects.filter(pk=export.pk).exists()
    assert services.disposal.purge(NOON + exports.ROW_LIFE, dry_run=False)["exports"] == 1


def test_when_a_person_deletes_a_case_no_export_keeps_it(su: Client) -> None:
    case = submitted()
    export = exported(su)
    services.disposal.erase(case)
    assert list(folder().iterdir()) == []
    assert exports.standing(export, timezone.now()) is Standing.OVER


def test_a_file_that_is_damaged_is_gone(su: Client) -> None:
    submitted()
    export = exported(su)
    [path] = folder().iterdir()
    path.write_bytes(b"nothing of ours\n")
    assert su.get(f"/desk/exports/{export.pk}/file/").status_code == 302


# ---- long ones


@pytest.fixture
def long_from_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Already two rows are made on a thread."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)


def waited(export: Export) -> Export:
    for _ in range(600):
        export.refresh_from_db()
        if export.state != Export.State.RUNNING:
            break
        time.sleep(0.05)
    return export


@pytest.mark.django_db(transaction=True)
def test_a_long_one_is_made_on_a_thread(su: Client, long_from_two: None) -> None:
    submitted()
    submitted()
    export = waited(exported(su, format="xlsx"))
    assert (export.state, export.done, export.total) == ("ready", 2, 2)
    assert zipfile.is_zipfile(io.BytesIO(body(su, export)))


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_says_so_and_leaves_nothing(
    senior: User, su: Client, long_from_two: None
) -> None:
    def row(case: Case, export: Export) -> case_table.Row:
        raise RuntimeError(PHONE)

    submitted()
    submitted()
    columns = exports.Columns(names=["x"], heads=["x"], row=row)
    export = exports.begin(
        senior, Case.objects.all(), columns, file_format="csv", masked=True, query=""
    )
    assert waited(export).state == Export.State.FAILED
    assert "没有生成" in su.get(f"/desk/exports/{export.pk}/").content.decode()
    assert list(folder().iterdir()) == []


def test_no_more_than_a_few_at_once(su: Client, long_from_two: None) -> None:
    submitted()
    submitted()
    with exports._places, exports._places:
        response = su.post(NEW, {"format": "csv"})
    assert "别的导出还在生成" in response.content.decode()
    assert not Export.objects.exists()


def test_too_many_rows_are_refused(su: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    submitted()
    submitted()
    assert "不能一次导出" in su.get(NEW).content.decode()
    assert "不能一次导出" in su.post(NEW, {"format": "csv"}).content.decode()
    assert not Export.objects.exists()


def test_the_page_of_a_running_one_renews_itself(su: Client, senior: User) -> None:
    export = Export.objects.create(author=senior, format="csv", total=5000, done=1500)
    response = su.get(f"/desk/exports/{export.pk}/")
    assert response["Refresh"] == "2"
    assert "已写 1500 行，共 5000 行" in response.content.decode()
    assert su.get(f"/desk/exports/{export.pk}/file/").status_code == 302


def test_a_minute_of_silence_means_that_it_has_stopped(
    su: Client, senior: User, clock: Any
) -> None:
    export = Export.objects.create(author=senior, format="csv", total=5000, query="due=today")
    clock.shift(exports.SILENCE)
    response = su.get(f"/desk/exports/{export.pk}/")
    page = response.content.decode()
    assert "Refresh" not in response
    assert "生成中断了" in page
    assert f'href="{NEW}?due=today"' in page


def test_a_case_erased_meanwhile_is_left_out(senior: User) -> None:
    case, other = submitted(), submitted()
    keys = [case.pk, other.pk]
    services.disposal.erase(case)
    assert [found.pk for found in exports._cases(keys)] == [other.pk]
