"""How long assessment and plan take for a case, and whether twice the cases take twice as long.

The letters, in every length, and the JSON are measured apart.

Run with `python benchmarks/assess.py` from the project's folder.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

ROUNDS = 5
SIZES = (25, 50, 100, 200, 400)
LIMIT_MS = 3.0


def milliseconds(work: Callable[[], object]) -> float:
    """The best of some rounds, which is the one that was disturbed least."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return min(taken)


def main() -> int:
    """Print milliseconds a case by part, then by number of cases; 1 when a case takes too long."""
    from cases import knowledge
    from cases.assessment import assess
    from cases.facts import read_facts
    from cases.plan import make_plan
    from cases.renderings.plan_json import as_json
    from tests.scenario_check import scenarios

    begun = time.perf_counter()
    content = knowledge.load()
    print(f"reading the content      {(time.perf_counter() - begun) * 1000:8.2f} ms, once")
    stories = scenarios()
    facts = [(read_facts(story.facts, on=story.on), story.on) for story in stories]
    plans = [make_plan(assess(f, content, on=on)) for f, on in facts]
    parts: dict[str, Callable[[], object]] = {
        "facts": lambda: [read_facts(story.facts, on=story.on) for story in stories],
        "assessment and plan": lambda: [make_plan(assess(f, content, on=on)) for f, on in facts],
        "letters and JSON": lambda: [json.dumps(as_json(plan)) for plan in plans],
    }
    for name, work in parts.items():
        print(f"{name:<24} {milliseconds(work) / len(stories):8.2f} ms a case")

    def whole(number: int) -> float:
        cases = [facts[i % len(facts)] for i in range(number)]
        return (
            milliseconds(lambda: [make_plan(assess(f, content, on=on)) for f, on in cases]) / number
        )

    each = {number: whole(number) for number in SIZES}
    for number, taken in each.items():
        print(f"{number:>5} cases              {taken:8.2f} ms a case")
    median = statistics.median(each.values())
    print(f"median {median:.2f} ms a case, limit {LIMIT_MS} ms")
    return int(median > LIMIT_MS)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
