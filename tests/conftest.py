"""What every test may ask for: the knowledge, the browser, how wide properties are searched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import settings as hypothesis_settings

from cases import knowledge as knowledge_package
from cases.knowledge import Knowledge
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

# Playwright runs an event loop in the test's thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

hypothesis_settings.register_profile("default", max_examples=100, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=2000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

CHROMIUM_ARGUMENTS = [
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden anew from the letters as they are, then read the diff",
    )


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The reviewed content, read once."""
    return knowledge_package.load()


@pytest.fixture
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China; an empty cache."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client, today: None) -> Walker:
    """A person with a plan."""
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    return lin


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium; Playwright's own is never downloaded."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM") or shutil.which("chromium"),
        # Chromium's sandbox refuses to run as root.
        "args": CHROMIUM_ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else []),
    }
