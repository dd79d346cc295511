"""What the database knows of its own tables, by which it picks an index."""

from __future__ import annotations

from django.db import connection

# Rows read of an index, so that a million cases take a fifth of a second. With a tenth of it the
# database takes a common value for a rare one.
READ = 10_000


def refresh() -> None:
    """Let SQLite look at its indexes anew.

    It never does that unasked, and without it walks the whole queue for the few cases of a rare
    flag. PostgreSQL has a service of its own for it.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={READ}")
        cursor.execute("ANALYZE")
