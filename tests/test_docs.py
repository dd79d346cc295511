"""What the documentation says of the content is what the content holds."""

from __future__ import annotations

from pathlib import Path

from cases.knowledge import Knowledge
from cases.renderings.knowledge_page import as_markdown

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_about_the_content_is_the_newest(knowledge: Knowledge) -> None:
    written = (DOCS / "knowledge.md").read_text(encoding="utf-8")

    assert written == as_markdown(knowledge) + "\n", "run `manage.py document_knowledge`"


def test_it_lists_every_ground_and_what_is_not_known(knowledge: Knowledge) -> None:
    written = as_markdown(knowledge)

    assert all(f"| `{ground}` |" in written for ground in knowledge.grounds)
    assert "- hotlines of resellers: 卡上或短信所印热线" in written
