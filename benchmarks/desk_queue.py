"""The queue of the desk with a million cases against a thousand: it must stay as quick.

Run with `python benchmarks/desk_queue.py [cases]`; it makes databases of its own in a temporary
folder, on SQLite, and on PostgreSQL where that is installed.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import django

from cases.vocabulary import CarrierName, Channel, Matter, Stage

FEW, MANY = 1_000, 1_000_000
ROUNDS = 20
FULL_PAGE, ROW = 50, 'class="field-code"'
BAR = 1.5
BATCH = 1_000
# So many rows are thrown with dice, the others are their copies.
COPIED = 20_000
HOST = "refunds.example"
DAY = timedelta(days=1)
STAFF, SELLERS = 30, 2_000
PHONE, SELLER = "13800138000", "某某号卡"
NEXT_PAGE = re.compile(r'href="\?([^"]*)" rel="next"')
# One case in so many has the last code of each list, which a filter must find nevertheless.
RARE = 2_000
# One claim in so many has not run out; and as many as a desk can claim while a claim lives.
LIVE, MOST_LIVE = 20, 3_000
CODES: dict[str, tuple[str, ...]] = {
    "stage": tuple(Stage),
    "problem": tuple(Matter),
    "carrier": tuple(CarrierName),
    "channel": tuple(Channel),
    "marketplace": ("taobao", "pinduoduo", "douyin", "kuaishou", "jingdong", "other"),
}
FLAGS = ("contradiction", "minor", "off_platform", "again", "fraud")
TAGS = ("1", "2", "3")
CONSTANT = {
    "secret_hash": "''",
    "secret": "''",
    "answers": "''",
    "version": "1",
    "created_at": "'2026-01-01 00:00:00+00:00'",
    "updated_at": "'2026-01-01 00:00:00+00:00'",
    "sales_channel": "''",
    "payee": "''",
    "held": "false",
    "desk_version": "0",
}


# ---- the databases


@contextmanager
def postgresql(folder: str) -> Iterator[str | None]:
    """The address of a cluster that lives as long as the block; None where none can be started."""
    if not shutil.which("initdb"):
        print("PostgreSQL is not installed, so only SQLite is measured.")
        yield None
        return
    place = Path(folder) / "cluster"
    place.mkdir()
    # It refuses to run as root.
    account: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    if account:
        Path(folder).chmod(0o711)
        shutil.chown(place, "nobody")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off -c max_wal_size=4GB"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **account)  # noqa: S603

    run("initdb", "-D", str(place), "-A", "trust", "-U", "bench", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-D", str(place), "-o", options, "-l", str(place / "log"), "-w", "start")
    try:
        for name in ("few", "many"):
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "bench", name)
        yield f"postgres://bench@127.0.0.1:{port}/few"
    finally:
        run("pg_ctl", "-D", str(place), "-m", "immediate", "stop")


@contextmanager
def talking_to(alias: str) -> Iterator[Any]:
    """Whatever asks the default database asks this one."""
    from django.db import connections

    before = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield connections[alias]
    finally:
        connections["default"] = before


# ---- the cases


def filled(alias: str, cases: int) -> None:
    """A database with so many submitted cases, and some drafts."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from cases import services
    from cases.models import Seller, Tag

    begun = time.perf_counter()
    call_command("migrate", verbosity=0, database=alias)
    with talking_to(alias) as connection:
        if connection.vendor == "sqlite":
            # Until the rows are in; the connection is opened anew for measuring.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
                cursor.execute("PRAGMA cache_size=-400000")
        User.objects.bulk_create(
            User(pk=number, username=f"staff{number}", is_staff=True, is_superuser=number == 1)
            for number in range(1, STAFF + 1)
        )
        Seller.objects.bulk_create(Seller(pk=pk, name=f"商家{pk}") for pk in range(1, SELLERS + 1))
        Tag.objects.bulk_create(Tag(pk=int(pk), name=f"标签{pk}", key=pk) for pk in TAGS)
        first = min(cases, COPIED)
        dice = random.Random(7)  # noqa: S311
        for start in range(0, first + first // 50, BATCH):
            numbers = range(start, min(start + BATCH, first + first // 50))
            _insert(connection, dice, [_case(dice, number, first) for number in numbers])
        for copy in range(1, cases // first):
            _copy(connection, copy)
        # What the daily purge does on SQLite, and PostgreSQL by itself.
        services.statistics.refresh()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        connection.close()
    print(f"{alias}: {cases} cases in {time.perf_counter() - begun:.0f} s", flush=True)


def _copy(connection: Any, number: int) -> None:
    """All of the first cases once more under other numbers, made by the database itself."""
    from cases.case_code import ALPHABET

    mark, letters = f"{number:04x}", f"{ALPHABET[number // 32]}{ALPHABET[number % 32]}"
    new = {
        "sqlite": f"'{mark}' || substr(%s, 5)",
        "postgresql": f"overlay(%s::text placing '{mark}' from 1)::uuid",
    }[connection.vendor]
    case, own = new % "case_id", "case_id"
    columns = [*_case(random.Random(), 0, 1), *CONSTANT]  # noqa: S311
    cells = {**dict.fromkeys(columns), "id": new % "id"}
    cells["public_id"] = f"'{letters}' || substr(public_id, 3)"
    chosen = ", ".join(cell or name for name, cell in cells.items())
    firsts = {
        "sqlite": "%s LIKE '0000%%%%'",
        "postgresql": "%s < '00010000-0000-0000-0000-000000000000'",
    }[connection.vendor]
    phone = f"CASE kind WHEN 'phone' THEN '{mark}' || substr(key, 5) ELSE key END"
    with connection.cursor() as cursor:
        for into, select, of in (
            (f"cases_case ({', '.join(columns)})", chosen, "id"),
            ("cases_blindkey (case_id, kind, key)", f"{case}, kind, {phone}", own),
            ("cases_flag (case_id, kind)", f"{case}, kind", own),
            ("cases_casetag (case_id, tag_id)", f"{case}, tag_id", own),
        ):
            table = into.partition(" ")[0]
            cursor.execute(f"INSERT INTO {into} SELECT {select} FROM {table} WHERE {firsts % of}")  # noqa: S608


def _case(dice: random.Random, number: int, cases: int) -> dict[str, Any]:
    """A row: one in ten open, closed ones longer ago; behind the last one come drafts."""
    from cases.models import NO_DATE, CloseReason, Status
    from cases.models.case import OPEN

    draft, is_open = number >= cases, dice.random() < 0.1
    status = Status.DRAFT if draft else dice.choice(OPEN) if is_open else Status.CLOSED
    closed = status == Status.CLOSED
    days = dice.randint(-700, 0) if closed else dice.randint(-20, 60)
    day = datetime(2026, 11, 22, tzinfo=UTC) + days * DAY
    taken = closed or (is_open and dice.random() < 0.5)
    return {
        "id": f"0000{dice.getrandbits(112):028x}",
        "public_id": _public_id(number),
        "status": str(status),
        "next_on": (NO_DATE if draft or dice.random() < 0.2 else day.date()).isoformat(),
        "submitted_at": None if draft else (day - 10 * DAY).isoformat(" "),
        "closed_at": day.isoformat(" ") if closed else None,
        "closed_reason": str(CloseReason.ADVISED) if closed else "",
        "amount": f"{dice.randint(1, 300)}.00",
        "assignee_id": dice.randint(1, STAFF) if taken and not draft else None,
        "claimed_until": _until(dice) if taken and is_open and not draft else None,
        "listed_seller_id": None if draft else int(SELLERS * dice.random() ** 3) + 1,
        **{name: "" if draft else _code(dice, codes) for name, codes in CODES.items()},
    }


def _until(dice: random.Random) -> str:
    """A claim of today or of the days before; one in so many is live."""
    hours = 24 if dice.random() * LIVE < 1 else -24
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(" ")


def held(alias: str, live: int) -> None:
    """Give every open case to a colleague; so many claims, of those due first, have not run out."""
    from cases.models import Case, Turn
    from cases.models.case import OPEN_TURNS

    with talking_to(alias):
        now = datetime.now(UTC)
        Case.objects.filter(turn__in=OPEN_TURNS).update(assignee=2, claimed_until=now - DAY)
        first = Case.objects.filter(turn=Turn.DESK).order_by("next_on", "id").values("pk")[:live]
        Case.objects.filter(pk__in=first).update(claimed_until=now + DAY)


def _code(dice: random.Random, codes: Sequence[str]) -> str:
    return codes[-1] if dice.random() * RARE < 1 else dice.choice(codes[:-1])


def _public_id(number: int) -> str:
    """Two characters for the copy, six scattered like random ones; never twice."""
    from cases.case_code import ALPHABET

    scattered = number * 0x9E3779B1 % 2**30
    return "00" + "".join(ALPHABET[scattered >> 5 * place & 31] for place in range(6))


def _insert(connection: Any, dice: random.Random, rows: list[dict[str, Any]]) -> None:
    sent = [row for row in rows if row["submitted_at"]]
    keys = [key for row in sent for key in _keys(row)]
    flags = [(row["id"], _code(dice, FLAGS)) for row in sent if dice.random() < 0.15]
    tags = [(row["id"], int(_code(dice, TAGS))) for row in sent if dice.random() < 0.15]
    columns, constant = ", ".join([*rows[0], *CONSTANT]), ", ".join(CONSTANT.values())
    cells = [list(row.values()) for row in rows]
    _many(connection, f"cases_case ({columns})", cells, f", {constant}")
    _many(connection, "cases_blindkey (case_id, kind, key)", keys)
    _many(connection, "cases_flag (case_id, kind)", flags)
    _many(connection, "cases_casetag (case_id, tag_id)", tags)


def _many(connection: Any, into: str, rows: Sequence[Sequence[Any]], constant: str = "") -> None:
    if not rows:
        return
    row = f"({', '.join(['%s'] * len(rows[0]))}{constant})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {into} VALUES {', '.join([row] * len(rows))}",  # noqa: S608
            [value for each in rows for value in each],
        )


def _keys(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The phone of each case is its own but for one; the names follow the directory."""
    from cases.services.finding import Kind, fingerprint

    seller = row["listed_seller_id"]
    known = row["public_id"] == _public_id(0)
    phone = fingerprint(Kind.PHONE, PHONE) if known else _digest(f"phone {row['id']}")
    yield row["id"], str(Kind.PHONE), phone
    yield (
        row["id"],
        str(Kind.SELLER),
        fingerprint(Kind.SELLER, SELLER) if seller == 1 else _digest(f"seller {seller}"),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---- what is measured


def views() -> dict[str, str]:
    """The addresses of the queue, by name: the usual view, and each filter, common and rare."""
    asked = {"default": "", "everybody's": "assignee=all", "rare, mine": f"stage={Stage.NOT_MINE}"}
    for name, codes in CODES.items():
        asked |= {
            f"{name}, common": f"assignee=all&{name}={codes[0]}",
            f"{name}, rare": f"assignee=all&{name}={codes[-1]}",
        }
    asked |= {
        f"flags, {each}": f"assignee=all&flags={code}"
        for each, code in [("common", FLAGS[0]), ("rare", FLAGS[-1])]
    }
    asked |= {
        f"tags, {each}": f"assignee=all&flags=tag-{code}"
        for each, code in [("common", TAGS[0]), ("rare", TAGS[-1])]
    }
    asked |= {f"assignee={code}": f"assignee={code}" for code in ("me", "none", "lapsed")}
    asked |= {f"due={code}": f"assignee=all&due={code}" for code in ("today", "over", "week")}
    asked |= {f"seller={code}": f"assignee=all&seller={code}" for code in (1, SELLERS)}
    statuses = ("submitted", "closed", "draft", "all")
    return asked | {f"status={code}": f"assignee=all&status={code}" for code in statuses}


class Reviewer:
    """Somebody who looks at the queue in one of the databases."""

    def __init__(self, alias: str) -> None:
        from django.contrib.auth.models import User
        from django.test import Client
        from django.urls import reverse

        self.alias, self.queue = alias, reverse("admin:cases_case_changelist")
        with talking_to(alias):
            self.browser = Client(headers={"host": HOST})
            self.browser.force_login(
                User.objects.get(pk=1), backend="django.contrib.auth.backends.ModelBackend"
            )

    def looks(self, query: str) -> str:
        """One page of the list."""
        with talking_to(self.alias):
            return self._got(f"{self.queue}?{query}")

    def searches(self, typed: str) -> str:
        """A search, and the page it leads to."""
        with talking_to(self.alias):
            there = self.browser.post(f"{self.queue}search/", {"typed": typed}, secure=True)
            shown = self._got(f"{self.queue}{there['Location'].removeprefix('../')}")
        if 'id="result_list"' not in shown:
            raise SystemExit(f"nothing found for {typed!r}")
        return shown

    def turns_to_page(self, number: int) -> str:
        """The query of that page of everything."""
        query = "assignee=all&status=all"
        for _ in range(number - 1):
            later = NEXT_PAGE.search(self.looks(query))
            query = unescape(later[1]) if later else ""
        return query

    def _got(self, address: str) -> str:
        response = self.browser.get(address, secure=True)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
        return str(response.content.decode())


def compare(small: str, large: str) -> float:
    """Print p95 of each view with few and many cases, in turns; give the worst ratio."""
    pair = (Reviewer(small), Reviewer(large))
    number = _public_id(0)
    acts: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
        name: _both(pair, "looks", (query, query)) for name, query in views().items()
    }
    pages = (pair[0].turns_to_page(20), pair[1].turns_to_page(20))
    acts["page 20"] = _both(pair, "looks", pages)
    searched = {"number": number, "half a number": number[:4], "phone": PHONE, "name": SELLER}
    for name, typed in searched.items():
        acts[f"search by {name}"] = _both(pair, "searches", (typed, typed))
    print(f"{'p95 in ms':24} rows {small:>14} {large:>14}   ratio")
    worst = max(_ratio(name, *both) for name, both in acts.items())
    return max(worst, *_taken_ratios(small, large, pair))


def _taken_ratios(small: str, large: str, pair: tuple[Reviewer, Reviewer]) -> Iterator[float]:
    """The usual view where colleagues have every open case: all left lying, then many held now."""
    for live in (0, MOST_LIVE):
        for alias in (small, large):
            held(alias, live)
        yield _ratio(f"default, {live} held", *_both(pair, "looks", ("", "")))


def _both(
    pair: tuple[Reviewer, Reviewer], act: str, asked: tuple[str, str]
) -> tuple[Callable[[], str], Callable[[], str]]:
    few, many = (getattr(each, act) for each in pair)
    return lambda: few(asked[0]), lambda: many(asked[1])


def _ratio(name: str, few: Callable[[], str], many: Callable[[], str]) -> float:
    from django.contrib import admin

    from cases.models import Case

    # Most of the time goes into writing the rows: both pages have as many.
    queue: Any = admin.site.get_model_admin(Case)
    queue.list_per_page = FULL_PAGE
    queue.list_per_page = rows = min(few().count(ROW), many().count(ROW)) or 1
    times = [(_seconds(few), _seconds(many)) for _ in range(ROUNDS)]
    small, large = (
        sorted(each)[int(ROUNDS * 0.95) - 1] * 1000 for each in zip(*times, strict=True)
    )
    print(f"{name:24} {rows:4} {small:14.1f} {large:14.1f} {large / small:7.2f}", flush=True)
    return float(large / small)


def _seconds(act: Callable[[], str]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def measure(kind: str, cases: int) -> None:
    """Fill both databases of one kind and compare them; DATABASE_URL names the one with FEW."""
    from django.conf import settings
    from django.db import connections

    # Nobody has collected the static files for it.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    name = str(connections.settings["default"]["NAME"])
    connections.settings["many"] = {
        **connections.settings["default"],
        "NAME": name.replace("few", "many"),
    }
    print(f"{kind}:")
    filled("default", FEW)
    filled("many", cases)
    print(f"{kind}: worst ratio {compare('default', 'many'):.2f} (bar {BAR})")


def each_kind(cases: str) -> None:
    """Measure each kind of database in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, postgresql(folder) as cluster:
        kinds = {"SQLite": f"sqlite:///{folder}/few.sqlite3", "PostgreSQL": cluster}
        for kind, address in kinds.items():
            if address:
                subprocess.run(  # noqa: S603
                    [sys.executable, __file__, cases, kind],
                    env={**os.environ, "DATABASE_URL": address},
                    check=True,
                )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    asked = sys.argv[1] if sys.argv[1:] else str(MANY)
    if not sys.argv[2:]:
        each_kind(asked)
    else:
        os.environ["DJANGO_SETTINGS_MODULE"] = "refundwizard.settings"
        os.environ["SITE_URL"] = f"https://{HOST}"
        os.environ["DESK_TWO_FACTOR"] = "false"
        django.setup()
        measure(sys.argv[2], int(asked))
