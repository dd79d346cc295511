"""Where the files of exports lie: sealed, under the number of their row, for LIFE."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from django.core.files.storage import FileSystemStorage, storages

from cases.models import Export
from cases.renderings import sealed_file

LIFE = timedelta(hours=1)


def there(export: Export) -> bool:
    """Whether the file of an export is still there."""
    return _path(export).exists()


@contextmanager
def sealed(export: Export) -> Iterator[BinaryIO]:
    """The file of an export, to be written to; one that is left unfinished opens for nobody."""
    with (
        os.fdopen(os.open(_path(export), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
        sealed_file.sealing(raw, where=_place(export)) as file,
    ):
        yield file


def opened(export: Export) -> Iterator[bytes]:
    """The pieces of the file; raises FileNotFoundError, DecryptionFailed."""
    return sealed_file.opened(_path(export), where=_place(export))


def scratch() -> TemporaryDirectory[str]:
    """A folder for what is written beside a file while it is being made."""
    return TemporaryDirectory(dir=_folder())


def drop(export: Export) -> None:
    """Delete the file of one export, if there is one."""
    _path(export).unlink(missing_ok=True)


def drop_all() -> int:
    """Delete every file, also one under way; returns how many."""
    return _delete(list(_folder().iterdir()))


def overdue(now: datetime) -> int:
    """How many files `sweep` would delete."""
    return len(_written_by(now - LIFE))


def sweep(now: datetime) -> int:
    """Delete the files past their hour, and what a crash left; returns how many."""
    return _delete(_written_by(now - LIFE))


def _place(export: Export) -> str:
    return f"export:{export.pk}"


def _path(export: Export) -> Path:
    return _folder() / str(export.pk)


def _folder() -> Path:
    # Always a folder: what is written piece by piece has no other way in.
    folder = Path(cast("FileSystemStorage", storages["exports"]).location)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _written_by(then: datetime) -> list[Path]:
    found = []
    for path in _folder().iterdir():
        # Somebody else may be sweeping.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime <= then.timestamp():
                found.append(path)
    return found


def _delete(paths: Sequence[Path]) -> int:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(paths)
