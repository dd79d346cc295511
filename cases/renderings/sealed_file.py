"""A file sealed piece by piece, so that a long one is never whole in memory nor plain on disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from cases.encryption import DecryptionFailed, seal, unseal

PIECE = 64 * 1024
MORE, LAST = b"+", b"."


class _Pieces(io.RawIOBase):
    """Seals what is written, a line a piece; each is bound to the place and to its number."""

    def __init__(self, file: BinaryIO, *, where: str) -> None:
        self.file, self.where, self.number = file, where, 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, piece: Any) -> int:
        """Seal the beginning of what is given; returns how much that was."""
        taken = bytes(piece[:PIECE])
        self.put(MORE + taken)
        return len(taken)

    def put(self, plain: bytes) -> None:
        """Seal one piece."""
        token = seal(plain, where=f"{self.where}:{self.number}")
        self.file.write(f"{token}\n".encode())
        self.number += 1


@contextmanager
def sealing(file: BinaryIO, *, where: str) -> Iterator[BinaryIO]:
    """A file to write to; what is written is sealed for `where`, whole only without an error."""
    pieces = _Pieces(file, where=where)
    with io.BufferedWriter(pieces, PIECE) as buffer:
        yield cast(BinaryIO, buffer)
    pieces.put(LAST)


def opened(path: Path, *, where: str) -> Iterator[bytes]:
    """The pieces of a sealed file; raises DecryptionFailed, also where its end is missing."""
    ended = False
    with path.open("rb") as file:
        for number, line in enumerate(file):
            plain = unseal(line.decode("ascii", "replace").strip(), where=f"{where}:{number}")
            ended = plain[:1] == LAST
            yield plain[1:]
    if not ended:
        raise DecryptionFailed(f"{where} ends too early")
