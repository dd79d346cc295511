"""The plan's days as an iCalendar file: nothing personal in it, two alarms a day.

Whoever looks over a shoulder, or the company that keeps the calendar, reads only what is to be
done: no names, no numbers, no sums of money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event
from icalendar.enums import CLASS, TRANSP

from cases.renderings.outline import outline, waited_for
from cases.vocabulary import Whose

PRODUCER = "-//refundwizard//plan//ZH"
TIME_ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
# A whole day begins at midnight, when nobody wants to be woken.
MORNING, EVENING = timedelta(hours=9), timedelta(hours=18)
EARLY = 3 * DAY


@dataclass(frozen=True, slots=True)
class _Entry:
    """A day: `id` is stable for a case, `says` what to do, `more` how it was counted and where."""

    id: str
    day: date
    says: str
    more: tuple[str, ...]
    estimated: bool


def has_days(plan: Mapping[str, Any]) -> bool:
    """Whether `as_ics` has any day to write: a calendar without one is no valid file."""
    waited = [row for row in plan["deadlines"] if not row.get("answered")]
    opens = [row["opens_on"] for row in plan["actions"] if row["opens_on"]]
    return any(day >= plan["on"] for day in [*map(_last_day, waited), *opens])


def as_ics(plan: Mapping[str, Any], *, case: str = "", revision: int = 0) -> bytes:
    """The plan's days from its own day on, as `plan_json.as_json` gives it.

    A calendar that holds the file of the same `case` already puts the days of a later `revision`
    in the place of the earlier ones.
    """
    on = date.fromisoformat(plan["on"])
    name = _("流量卡退款日程")
    # The name is also written under the older name that most programs look for.
    calendar = Calendar.new(prodid=PRODUCER, name=name, method="PUBLISH", uid=_uid(case, ""))
    calendar.add("x-wr-timezone", TIME_ZONE)
    for entry in _entries(outline(plan)):
        if entry.day >= on:
            calendar.add_component(_event(entry, on=on, case=case, revision=revision))
    return bytes(calendar.to_ical())


def _entries(shown: Mapping[str, Any]) -> Iterator[_Entry]:
    running = waited_for(shown["deadlines"])
    for row in running:
        yield _deadline(row)
    by_day = {row["escalate_on"]: row for row in running if row["escalate_on"]}
    for action in shown["actions"]:
        if action["opens"]:
            yield _opening(action, by_day.get(action["opens"]))


def _deadline(row: Mapping[str, Any]) -> _Entry:
    if row["whose"] == Whose.MINE:
        says = _("%(title)s，最后一天") % row
    else:
        says = _("%(title)s：对方的最后一天，请看结果") % row
    more = [row["use"], _("怎么算：%(sum)s。") % row, _("来源：%(source)s。") % row]
    # Of a practice the source says itself that it is no law.
    if row["statutory"]:
        more.insert(2, _("法定期限。"))
    return _Entry(
        f"deadline:{row['id']}",
        date.fromisoformat(_last_day(row)),
        says,
        tuple(more),
        row["estimated"],
    )


def _last_day(row: Mapping[str, Any]) -> str:
    """One's own last day, the safe one; or the last day of the other side."""
    return str(row["safe_on"] if row["whose"] == Whose.MINE else row["ends_on"])


def _opening(action: Mapping[str, Any], counted: Mapping[str, Any] | None) -> _Entry:
    """The day a channel opens; `counted` is the deadline it follows, where there is one."""
    contacts = _("；").join(_("%(label)s：%(value)s") % row for row in action["card"]["contacts"])
    more = [_("在哪里：%(contacts)s。") % {"contacts": contacts}]
    if counted:
        more.insert(0, _("怎么算：%(sum)s。") % counted)
    return _Entry(
        f"opening:{action['slug']}",
        date.fromisoformat(action["opens"]),
        _("可以用“%(name)s”了") % action,
        tuple(more),
        bool(counted and counted["estimated"]),
    )


def _event(entry: _Entry, *, on: date, case: str, revision: int) -> Event:
    says = _("约今天：%(says)s") % {"says": entry.says} if entry.estimated else entry.says
    event = Event.new(
        uid=_uid(case, entry.id),
        summary=says,
        description="\n".join([*entry.more, *_about_estimates(entry), _closing()]),
        start=entry.day,
        end=entry.day + DAY,
        # Of the plan, not of the download: the same plan gives the same bytes.
        stamp=datetime.combine(on, time(), UTC),
        sequence=revision,
        transparency=TRANSP.TRANSPARENT,
        classification=CLASS.PRIVATE,
    )
    for trigger, words in _alarms(entry, says, left=entry.day - on):
        event.add_component(Alarm.new_display(words, trigger))
    return event


def _alarms(entry: _Entry, says: str, *, left: timedelta) -> Iterator[tuple[timedelta, str]]:
    """Two, of which none is over when the plan is made: a program may ring it late, and untrue."""
    if left >= EARLY:
        early = _("大约三天后：%(says)s") if entry.estimated else _("三天后：%(says)s")
        yield MORNING - EARLY, early % {"says": entry.says}
    elif left >= DAY:
        early = _("大约明天：%(says)s") if entry.estimated else _("明天：%(says)s")
        yield MORNING - DAY, early % {"says": entry.says}
    yield MORNING, says
    if left < DAY:
        yield EVENING, says


def _uid(case: str, entry: str) -> str:
    """The same for the same day of the same case, and nothing can be read from it."""
    return f"{uuid5(NAMESPACE_URL, f'refundwizard:{case}:{entry}')}@refundwizard"


def _about_estimates(entry: _Entry) -> Iterator[str]:
    if entry.estimated:
        yield _("这一天是估算的，调休和起算日可能变动，请留出余量。")


def _closing() -> str:
    return _("文字和证据清单在您的方案里。信息参考，不构成法律意见。")
