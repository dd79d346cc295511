"""Make the secrets of an installation: print them, or write them once to a private file."""

from __future__ import annotations

import argparse
import base64
import os
import secrets
from pathlib import Path


def generated() -> str:
    """Return one ``NAME=value`` line a secret."""
    return (
        f"SECRET_KEY={secrets.token_urlsafe(64)}\nPII_KEYS=k1:{_key()}\nBLIND_INDEX_KEY={_key()}\n"
    )


def write_once(path: Path) -> None:
    """Write new secrets to the path with mode 0600, unless there are some already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(opened, "w") as file:
        file.write(generated())


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def main() -> None:
    """Write to the file named on the command line, else to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path)
    path = parser.parse_args().path
    if path is None:
        print(generated(), end="")
    else:
        write_once(path)


if __name__ == "__main__":
    main()
