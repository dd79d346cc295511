"""Serve the site from this process: the embedded set-up that needs nothing beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import waitress
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

HOST = "127.0.0.1"
# Two make PDFs and two wait for them (renderings/pdf.py); the others keep the pages quick.
THREADS = 12
MOST_CONNECTIONS = 500
SILENT_SECONDS = 30
# Six pictures of the largest size. More than half of that is refused as well, but by the evidence
# page, which says so; this is refused before it is read.
LARGEST_BODY = 61 * 1024 * 1024


class Command(BaseCommand):
    """Migrate and collect what is due, say where the site is, then serve until stopped."""

    help = "Serve the site on 127.0.0.1 with waitress."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve on PORT until Ctrl-C."""
        if settings.EPHEMERAL_SECRETS:
            raise CommandError(
                _("密钥未设置。请用 make run 启动，或按 docs/settings.md 设置密钥。")
            )
        prepare_database()
        collect_static_files()
        server = self._bound_server()
        self._announce()
        server.run()

    def _bound_server(self) -> Any:
        try:
            return waitress.create_server(
                get_internal_wsgi_application(),
                host=HOST,
                port=settings.PORT,
                # No `Server` header: it would only tell an attacker what to look up.
                ident=None,
                threads=THREADS,
                connection_limit=MOST_CONNECTIONS,
                channel_timeout=SILENT_SECONDS,
                max_request_body_size=LARGEST_BODY,
                clear_untrusted_proxy_headers=not settings.BEHIND_PROXY,
            )
        except OSError as error:
            wrong = _("端口 %(port)d 无法使用：%(error)s。可用 PORT=8001 make run 换一个端口。")
            raise CommandError(wrong % {"port": settings.PORT, "error": error}) from error

    def _announce(self) -> None:
        if settings.DEVELOPMENT:
            self.stdout.write(_("开发模式（development mode）：只供本机试用，不要对外开放。"))
        address = f"http://{HOST}:{settings.PORT}"
        self.stdout.write(_("网站：　　%(address)s/") % {"address": address})
        desk = {"address": f"{address}/{settings.ADMIN_PATH}"}
        self.stdout.write(_("审核台：　%(address)s（账号用 make staff 创建）") % desk)
        self.stdout.write(_("停止：　　Ctrl-C"))
        self.stdout.flush()


def prepare_database() -> None:
    """Run the migrations that have not been run."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)


def collect_static_files() -> None:
    """Collect the static files when any of them changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    fingerprint = _static_fingerprint()
    if root.is_dir() and stamp.is_file() and stamp.read_text() == fingerprint:
        return
    _drop_copies(root)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _drop_copies(root: Path) -> None:
    """Let every file be copied anew, whatever its time says.

    The files with a hash in their name stay: another server that was started before goes on
    naming them in its pages. `make clean` removes them.
    """
    for finder in get_finders():
        for name, _storage in finder.list([]):
            (root / name).unlink(missing_ok=True)


def _static_fingerprint() -> str:
    return hashlib.sha256("\n".join(sorted(_static_files())).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_mtime_ns} {found.st_size}"
