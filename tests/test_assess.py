"""`manage.py assess` in a bare clone: facts in, plan out, nothing else written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent
STORY = Path(__file__).parent / "scenarios" / "shared_wait_for_monthly_settlement.json"
FACTS = {"payment": {"payee": "affiliate", "amount": "68.00"}, "order": {"number": "K1"}}


def run(
    *arguments: str, given: str | None = None, cwd: Path = PROJECT
) -> subprocess.CompletedProcess[bytes]:
    """The command with no environment but the path to commands."""
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "assess", *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"]},
        input=given.encode() if given is not None else b"",
        capture_output=True,
        check=False,
        timeout=120,
    )


def plan_of(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def refused(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    assert done.returncode == 2
    assert done.stdout == b""
    return done.stderr.decode().splitlines()


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


def test_it_works(facts: Path) -> None:
    plan = plan_of(run(str(facts), "--on", "2026-11-22"))

    assert plan["on"] == "2026-11-22"
    assert plan["stage"]["id"] == "submitted"
    assert "按原付款路径退还68元" in plan["letters"][0]["text"]


def test_it_reads_standard_input() -> None:
    assert plan_of(run("-", "--on", "2026-11-22", given=json.dumps(FACTS)))["actions"]


def test_it_takes_a_scenario_with_its_day() -> None:
    assert plan_of(run(str(STORY)))["on"] == "2026-11-22"


def test_a_day_that_is_given_wins_over_the_scenario_s() -> None:
    assert plan_of(run(str(STORY), "--on", "2026-11-24"))["on"] == "2026-11-24"


def test_it_runs_from_any_folder_and_leaves_nothing_there(tmp_path: Path) -> None:
    plan_of(run("-", given="{}", cwd=tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_it_writes_the_file_it_is_told(facts: Path, tmp_path: Path) -> None:
    done = run(str(facts), "--on", "2026-11-22", "-o", str(tmp_path / "plan.json"))

    assert (done.returncode, done.stdout) == (0, b"")
    assert json.loads((tmp_path / "plan.json").read_text("utf-8"))["findings"]


def test_it_writes_text(facts: Path) -> None:
    done = run(str(facts), "--on", "2026-11-22", "--format", "text")
    text = done.stdout.decode()

    assert done.returncode == 0, done.stderr.decode()
    assert "68元" in text
    assert text.endswith("\n")


def test_it_writes_a_pdf(facts: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    done = run(str(facts), "--on", "2026-11-22", "--format", "pdf", "-o", str(path))

    assert done.returncode == 0, done.stderr.decode()
    assert path.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK"), ("ics", b"BEGIN:VCALENDAR")])
def test_it_writes_other_forms(form: str, start: bytes, facts: Path, tmp_path: Path) -> None:
    path = tmp_path / f"plan.{form}"
    done = run(str(facts), "--on", "2026-11-22", "--format", form, "-o", str(path))

    assert done.returncode == 0, done.stderr.decode()
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('{"colour": "red"}', ["colour"]),
        ('{"payment": {"amount": "-1"}, "order": {"card_kind": "gold"}}', ["payment", "order"]),
        ('{"order": {"placed_on": "2026-11-23"}}', ["order.placed_on"]),
        ('{"facts": {"order": {"number": 7}}}', ["order.number"]),
        ("{", ["JSON"]),
        ("[]", ["facts"]),
        ('{"order": {"number": "1", "number": "2"}}', ["number stands twice"]),
    ],
)
def test_it_refuses_bad_facts_with_a_line_a_fault(given: str, words: list[str]) -> None:
    lines = refused(run("-", "--on", "2026-11-22", given=given))

    assert len(lines) == len(words)
    assert all(any(word in line for line in lines) for word in words), lines


def test_it_refuses_a_day_that_is_none() -> None:
    assert refused(run("-", "--on", "yesterday", given="{}"))[0].startswith("on: ")


def test_it_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "nowhere.json" in refused(run(str(tmp_path / "nowhere.json")))[0]
