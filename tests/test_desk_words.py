"""Words of ours for translation go by one pair of names everywhere, as CONTRIBUTING.md says."""

from __future__ import annotations

import ast
from pathlib import Path

import cases

ROOT = Path(cases.__file__).parent
MODULE = "django.utils.translation"


def named(path: Path) -> dict[str, str]:
    """`{"gettext_lazy": "_"}`: under which names a module imports what translates."""
    found = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
    return {
        each.name: each.asname or each.name
        for node in found
        if node.module == MODULE
        for each in node.names
        if each.name in ("gettext", "gettext_lazy")
    }


def test_what_translates_goes_by_the_usual_names() -> None:
    usual: tuple[dict[str, str], ...] = (
        {},
        {"gettext": "_"},
        {"gettext_lazy": "_"},
        {"gettext": "now_translated", "gettext_lazy": "_"},
    )
    found = {path.relative_to(ROOT): named(path) for path in ROOT.rglob("*.py")}

    assert {path: names for path, names in found.items() if names not in usual} == {}
