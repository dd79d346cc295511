"""`manage.py serve` and `scripts/generate_secrets.py`: the embedded set-up, from nothing."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin

from pytest_django import Settings

from cases.management.commands import serve
from tests.flow import Typed, typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, *, port: int) -> dict[str, str]:
    """Return what `make run` sets, with the database in a folder of the test."""
    secrets = subprocess.run(
        [sys.executable, "scripts/generate_secrets.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        **dict(line.split("=", 1) for line in secrets.stdout.splitlines()),
        "DEVELOPMENT": "1",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder}/served.sqlite3",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def served(variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run the server while the block runs."""
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server
        finally:
            server.terminate()


def answer(port: int) -> tuple[int, dict[str, str]]:
    """Return status and headers of the first page, waiting until the server answers."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:  # noqa: S310
                return page.status, dict(page.headers)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_works_from_an_empty_folder(tmp_path: Path) -> None:
    port = free_port()

    with served(environment(tmp_path, port=port)) as server:
        status, headers = answer(port)
        server.terminate()
        said = server.communicate(timeout=60)[0]

    assert status == 200
    assert "Server" not in headers
    assert "开发模式" in said
    assert f"http://127.0.0.1:{port}/" in said
    assert "make staff" in said
    assert "Ctrl-C" in said
    assert (tmp_path / "served.sqlite3").exists()


class Visitor:
    """A browser without scripts: keeps its cookies and the page it shows."""

    def __init__(self, site: str) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.url, self.page = site, ""

    def visit(self, address: str, sent: Typed | None = None) -> None:
        """Show a page, or what answers a form, wherever that leads."""
        data = None if sent is None else urlencode(sent, doseq=True).encode()
        with self.opener.open(urljoin(self.url, address), data, timeout=30) as shown:
            self.url, self.page = shown.url, shown.read().decode()

    @property
    def step(self) -> str:
        """The last part of the address."""
        return self.url.rstrip("/").rpartition("/")[2]

    def send(self, typed: Typed, *, nav: str = "next") -> None:
        """Send the form of the page, with the hidden fields it came with."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page))
        self.visit(
            self.url, {**{name: [value] for name, value in hidden.items()}, **typed, "nav": [nav]}
        )


def test_what_was_typed_outlives_a_restart(tmp_path: Path) -> None:
    port = free_port()
    variables, lin = environment(tmp_path, port=port), Visitor(f"http://127.0.0.1:{port}")
    answers = typed_for(RESERVED)

    with served(variables):
        answer(port)
        lin.visit("/start/")
        lin.send({})
        while lin.step != "seller":
            lin.send(answers[lin.step])
        lin.send({"order__seller_name": ["靓"]}, nav="keep")
        assert lin.step == "seller"
        shown = lin.page
    with served(variables):
        answer(port)
        lin.visit(lin.url)
        assert 'value="靓"' in lin.page

        lin.page = shown
        lin.send(answers["seller"])
        assert lin.step == "card_kind"
        lin.visit("../seller/")
        assert f'value="{answers["seller"]["order__seller_name"][0]}"' in lin.page


def test_it_refuses_a_body_that_is_too_large_before_it_is_read(tmp_path: Path) -> None:
    port = free_port()
    head = f"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {61 * 2**20 + 1}\r\n\r\n"

    with served(environment(tmp_path, port=port)):
        answer(port)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(head.encode())
            told = connection.recv(100)

    assert told.startswith(b"HTTP/1.1 413 ")


def test_it_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment(tmp_path, port=port),
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert refused.returncode == 1
    assert f"端口 {port} 无法使用" in refused.stderr


def test_it_refuses_to_serve_without_secrets() -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert refused.returncode == 1
    assert "密钥未设置" in refused.stderr


def test_static_files_are_collected_when_one_changed(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("p {}")
    settings.STATICFILES_DIRS = [source]
    # The files of the admin and of ours take long, and are none of its matter.
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    serve.collect_static_files()
    collected = settings.STATIC_ROOT / "page.css"
    os.utime(collected, (0, 0))

    serve.collect_static_files()
    assert collected.stat().st_mtime == 0

    (source / "page.css").write_text("p { margin: 0 }")
    serve.collect_static_files()
    assert collected.read_text() == "p { margin: 0 }"


def test_a_server_that_was_started_before_keeps_the_files_its_pages_name(
    tmp_path: Path, settings: Settings
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("p {}")
    settings.STATICFILES_DIRS = [source]
    # The files of the admin and of ours take long, and are none of its matter.
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    serve.collect_static_files()
    before = set(settings.STATIC_ROOT.glob("page.*.css"))

    (source / "page.css").write_text("p { margin: 0 }")
    # As old as a file of an earlier release that is put back.
    os.utime(source / "page.css", (0, 0))
    serve.collect_static_files()

    after = set(settings.STATIC_ROOT.glob("page.*.css"))
    assert len(before) == 1
    assert before < after
    assert (settings.STATIC_ROOT / "page.css").read_text() == "p { margin: 0 }"
    assert [path.read_text() for path in after - before] == ["p { margin: 0 }"]


def test_secrets_are_written_once_and_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "development.env"
    command = [sys.executable, "scripts/generate_secrets.py", str(path)]

    subprocess.run(command, cwd=ROOT, check=True)
    first = path.read_text()
    subprocess.run(command, cwd=ROOT, check=True)

    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.partition("=")[0] for line in first.splitlines()] == [
        "SECRET_KEY",
        "PII_KEYS",
        "BLIND_INDEX_KEY",
    ]
