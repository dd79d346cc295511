"""The settings of the tests: plain http, a database of their own, fixed keys."""

from __future__ import annotations

import atexit
import os
import tempfile
from base64 import b64encode
from pathlib import Path
from unittest.mock import patch

# Whatever the shell holds, the tests see the same settings. Only a PostgreSQL may be handed in.
_given = os.environ.get("DATABASE_URL", "")
_ENVIRONMENT = {
    "DATABASE_URL": _given if _given.startswith("postgres") else "sqlite:///unused.sqlite3",
    "DEVELOPMENT": "1",
    "SECRET_KEY": "only-for-the-tests-and-never-for-anything-that-serves-people",
    "PII_KEYS": f"test:{b64encode(bytes(range(32))).decode()}",
    "BLIND_INDEX_KEY": b64encode(bytes(range(32, 64))).decode(),
}

with patch.dict(os.environ, _ENVIRONMENT, clear=True):
    from refundwizard.settings import *  # noqa: F403
    from refundwizard.settings import CACHES, DATABASES, PASSWORD_HASHERS, STORAGES

# A folder a process, so that two runs side by side never meet.
_scratch = tempfile.TemporaryDirectory(prefix="refundwizard-tests-")
atexit.register(_scratch.cleanup)
_folder = Path(_scratch.name)

# A file, because threads that share an in-memory database do not wait for each other's locks.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = str(_folder / "unused.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}

STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Emptied together with the ordinary one.
CACHES["documents"] = CACHES["default"]
STORAGES["evidence"]["OPTIONS"] |= {"location": _folder / "evidence"}
STORAGES["exports"]["OPTIONS"] |= {"location": _folder / "exports"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

PASSWORD_HASHERS = ["tests.hashers.QuickArgon2", *PASSWORD_HASHERS[1:]]

# `live_server` and the test client name themselves.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
