"""Three stories with their facts, and the day they are told on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

ON = date(2026, 11, 22)
FOLDER = Path(__file__).parent / "scenarios"


def facts(name: str) -> dict[str, Any]:
    """The facts of a shared scenario, as `contract.md` writes them."""
    scenario = json.loads((FOLDER / f"shared_{name}.json").read_text())
    found: dict[str, Any] = scenario["facts"]
    return found


NUMBER_RESERVED_CANNOT_REVOKE = facts("number_reserved_cannot_revoke")
STORIES = {
    "number_reserved_cannot_revoke": NUMBER_RESERVED_CANNOT_REVOKE,
    "activated_after_request_by_someone_else": facts("activated_after_request_by_someone_else"),
    "free_card_changed_mind": facts("free_card_changed_mind"),
}
