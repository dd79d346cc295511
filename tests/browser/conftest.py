"""How long a browser test waits for what it expects."""

from __future__ import annotations

from playwright.sync_api import expect

# Several browsers share the machine; what never comes fails all the same, only later.
expect.set_options(timeout=20_000)
