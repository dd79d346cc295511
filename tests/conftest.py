"""What every test may ask for: the knowledge, the browser, how wide properties are searched."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from cases import knowledge as knowledge_package
from cases.knowledge import Knowledge

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


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium; Playwright's own is never downloaded."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM") or shutil.which("chromium"),
        # Chromium's sandbox refuses to run as root.
        "args": CHROMIUM_ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else []),
    }
