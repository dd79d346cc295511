"""What becomes of a case: each course stops with the moment at which it wants to go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User
from django.utils import timezone

from cases.demonstration import pictures, stories
from cases.demonstration.answering import Stored, answered
from cases.demonstration.clock import at_home, at_work, later
from cases.demonstration.office import Office
from cases.models import Case, CloseReason, DailyCount, Event, Outcome, Status
from cases.services import (
    answers,
    claims,
    counts,
    events,
    exhibits,
    messages,
    notes,
    outcomes,
    plans,
    remarks,
    status,
    tags,
)
from cases.services.counts import Counted
from cases.services.outcomes import ToldOutcome
from cases.views import submission
from cases.views.evidence_forms import consent_fingerprint
from cases.views.reply import REPLY, UNKNOWN
from cases.vocabulary import EvidenceKind
from cases.wizard.answers import clean_answers
from cases.wizard.steps import BY_NAME, walk

Moments = Iterator[datetime]
Kind = DailyCount.Kind
CHECK, PLAN = "check", "plan"

NOTES = (
    "已核对付款记录，金额和方案一致。",
    "卖家页面今天还能打开，已记下公司名称。",
    "和另一份案件是同一家店，说法相同。",
    "本人不会用 12315 小程序，答复里写明步骤。",
    "运营商客服说查不到订单，等本人补充工单编号。",
)
REQUESTS = (
    ("请补充付款记录：在微信或支付宝的账单里截图，能看到收款方和金额就可以。", "payment_record"),
    ("请补充运营商的答复：打客服电话问一下订单状态，把工单编号告诉我们。", "carrier_ticket"),
    ("请补充下单页面：再打开一次，看看现在显示什么状态。", "order_page"),
)
REPLIES = (
    "已经问过了，客服说查不到这个订单。",
    "账单上的收款方和店铺名不一样，截图已经加到证据里。",
    "页面今天还是显示已提交，没有变化。",
)
ANSWERS = (
    "方案没有变化，请按方案第一步先在平台申请售后，对方的回复请保存下来。",
    "您的材料已经看过，可以向运营商投诉，函件在方案里，填好工单编号就能用。",
    "钱退回来以后请告诉我们一声；过了方案里的日期还没有退，就走下一步。",
)
OUTCOMES = (
    *(CloseReason.REFUNDED,) * 8,
    *(CloseReason.PARTLY_REFUNDED,) * 3,
    *(CloseReason.CANCELLED,) * 2,
    *(CloseReason.ADVISED,) * 5,
    *(CloseReason.WITHDRAWN,) * 2,
    CloseReason.OUT_OF_SCOPE,
)
# How many cases carry a tag.
TAGGED = 0.2
# How many of those whose case went its way tell us how it ended.
TELLS = 0.4
MONEY = {
    CloseReason.REFUNDED: Outcome.Money.ALL,
    CloseReason.PARTLY_REFUNDED: Outcome.Money.PART,
    CloseReason.CANCELLED: Outcome.Money.NO_MONEY,
}
SCREENS = (
    (EvidenceKind.ORDER_PAGE, "订单详情", ("例一号卡店", "状态：已提交", "实付：59.00元")),
    (EvidenceKind.PAYMENT_RECORD, "账单", ("收款方：例一收款", "金额：59.00元", "支付成功")),
    (EvidenceKind.CHAT, "客服聊天", ("我要退款", "号码已经预占，退不了", "请问依据是什么")),
)
TOLD_BY_PICTURE = ("卖家页面显示的状态", "付款的对象和金额", "卖家拒绝的原话")


def case(rng: Random, number: int, office: Office, *, pictured: bool) -> Moments:
    """From the first answer to where the desk is with it today."""
    made, on = answers.open_case(), timezone.localdate()
    facts = stories.told(rng, number, on=on)
    stored = answered(facts, on=on)
    _count_way(rng, stored)
    quick = rng.random() < 0.02
    yield later(rng, minutes=(0, 0) if quick else (6, 40))
    if pictured:
        _add_pictures(rng, made)
    submit(made, stored)
    if number % 25 == 7:
        yield from _thrown_out(rng, made, office)
        return
    yield from _handled(rng, made, office)
    if comes_back(rng, made):
        yield at_home(rng, days=(3, 10))
        on = timezone.localdate()
        submit(made, answered(stories.told_later(rng, facts, on=on), on=on))
        yield from _handled(rng, made, office)
    if rng.random() < TELLS:
        yield at_home(rng, days=(1, 15))
        tell(rng, made)


def visitor(rng: Random, number: int, *, leaves_a_draft: bool) -> Moments:
    """Somebody who goes away before the end; what they typed is gone after its time."""
    on = timezone.localdate()
    stored = answered(stories.told(rng, number, on=on), on=on)
    # Most leave where a record or a date must be looked up.
    kept = dict(list(stored.items())[: rng.choice((2, 5, 9, 9, 14, 20, 27, 27, 35))])
    _count_way(rng, kept, leaves=True)
    if leaves_a_draft:
        _keep(answers.open_case(), kept)
    yield later(rng, minutes=(5, 5))


def decoded(*, known: bool) -> Moments:
    """Somebody who lets us say what a reply is worth."""
    event = Counted(Kind.ANSWERED, REPLY, code="" if known else UNKNOWN)
    counts.count(event, on=timezone.localdate())
    yield from ()


def remark(page: str, words: str, *, address: str) -> Moments:
    """Somebody who tells us what is missing on a page."""
    remarks.keep_remark(page=page, words=words, address=address)
    yield from ()


def comes_back(rng: Random, made: Case) -> bool:
    """Whether the person of a closed case comes back with something new."""
    closed = Case.objects.filter(pk=made.pk, status=Status.CLOSED).exists()
    return closed and rng.random() < 0.15


# ---- the person


def submit(made: Case, stored: Stored) -> None:
    """Make the plan of the day and send it to the desk."""
    on = timezone.localdate()
    current = _keep(made, stored)
    counted = walk(clean_answers(current.answers)).counted
    plan, version, summary = submission.build(counted, on)
    plans.submit(
        current,
        key=f"demo-{current.version}",
        on=on,
        plan=plan,
        knowledge_version=version,
        summary=summary,
    )
    counts.count(Counted(Kind.ANSWERED, CHECK), Counted(Kind.SHOWN, PLAN), on=on)


def tell(rng: Random, made: Case) -> None:
    """Say how it ended: mostly as the desk has it, and which step of the plan it was."""
    current = Case.objects.get(pk=made.pk)
    money = MONEY.get(CloseReason(current.closed_reason or CloseReason.ADVISED), Outcome.Money.NONE)
    share = {Outcome.Money.ALL: 1, Outcome.Money.PART: 2}.get(money)
    plan = current.plans.latest()
    steps = [row["channel"] for row in plan.content["actions"][:3]]
    answer = ToldOutcome(
        money=money,
        amount=round(current.amount / share, 2) if share and current.amount else None,
        refunded_on=current.refunded_on,
        helped=rng.choice([*steps, Outcome.OTHER, Outcome.UNCLEAR]) if share else "",
    )
    outcomes.tell(current, answer, plan=plan, version=0)


def _keep(made: Case, stored: Stored) -> Case:
    """All answers in one write instead of one a page."""
    current = answers.locked(made)
    current.answers = stored
    return answers.next_version(current)


def _add_pictures(rng: Random, made: Case) -> None:
    on = timezone.localdate()
    consent = f"{consent_fingerprint()} {timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    for (kind, title, lines), proves in zip(SCREENS, TOLD_BY_PICTURE, strict=True):
        said = {
            "label": f"{title}截图",
            "proves": proves,
            "source": "手机截图",
            "taken_on": on.isoformat(),
            "consent": consent,
        }
        upload = pictures.screen(rng, title, lines)
        exhibits.add(made, upload=upload, file_format="PNG", kind=kind, said=said)


def _count_way(rng: Random, stored: Stored, *, leaves: bool = False) -> None:
    """Count the pages on the way, and now and then a fault."""
    on, names = timezone.localdate(), list(stored)
    way = [Counted(kind, name) for name in names for kind in (Kind.SHOWN, Kind.ANSWERED)]
    faults = [_fault(name) for name in names if rng.random() < 0.03 and BY_NAME[name].asks]
    counts.count(*(way[:-1] if leaves else [*way, Counted(Kind.SHOWN, CHECK)]), on=on)
    counts.count(*(fault for fault in faults if fault), on=on)


def _fault(name: str) -> Counted | None:
    """Nothing chosen, or a date half typed."""
    field = next(iter(BY_NAME[name].form.base_fields), None)
    code = "incomplete" if field and field.endswith(("_on", "_at")) else "required"
    return Counted(Kind.ERROR, name, field, code) if field else None


# ---- the desk


def _thrown_out(rng: Random, made: Case, office: Office) -> Moments:
    yield at_work(rng, days=(0, 2))
    reason = rng.choice((CloseReason.SPAM, CloseReason.DUPLICATE))
    _close(made, office.senior(rng), reason)


def _handled(rng: Random, made: Case, office: Office) -> Moments:
    """Claimed, looked at, asked about, answered, closed: as far as today allows."""
    reviewer = office.reviewer(rng)
    yield at_work(rng, days=(0, 4))
    _take_up(made, reviewer)
    if rng.random() < TAGGED and not made.tags.exists():
        tags.change(made, user=reviewer, version=None, add=[rng.choice(office.tags)])
    if rng.random() < 0.5:
        yield later(rng, minutes=(2, 20))
        notes.add(made, user=reviewer, words=rng.choice(NOTES))
    if rng.random() < 0.45:
        yield later(rng, minutes=(2, 15))
        yield from _asked(rng, made, reviewer)
    yield later(rng, minutes=(5, 30)) if rng.random() < 0.4 else at_work(rng, days=(1, 8))
    messages.answer(made, user=reviewer, version=None, words=rng.choice(ANSWERS))
    if rng.random() < 0.95:
        yield at_work(rng, days=(5, 40))
        _close(made, office.senior(rng), rng.choice(OUTCOMES))


def _asked(rng: Random, made: Case, reviewer: User) -> Moments:
    words, kind = rng.choice(REQUESTS)
    asked = messages.ask(made, user=reviewer, version=None, words=words, asks=[f"evidence:{kind}"])
    if rng.random() < 0.75:
        yield at_home(rng, days=(1, 5))
        messages.reply(asked, words=rng.choice(REPLIES))
    else:
        yield at_work(rng, days=(12, 15))
        messages.withdraw(made, user=reviewer, version=None)
    yield at_work(rng, days=(0, 2))
    _take_up(made, reviewer)


def _take_up(made: Case, user: User) -> None:
    events.record(Event.Kind.VIEWED, actor=user.get_username(), case=made)
    claims.claim(made, user=user, version=None)


def _close(made: Case, user: User, reason: str) -> None:
    """With the day of the refund where there was one: some days ago, after the submission."""
    events.record(Event.Kind.VIEWED, actor=user.get_username(), case=made)
    on = timezone.localdate() - timedelta(days=2)
    refunded_on = on if reason in status.REFUNDS else None
    status.move(
        made, Status.CLOSED, user=user, version=None, reason=reason, refunded_on=refunded_on
    )
