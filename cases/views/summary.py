"""What the desk's lists show of a plan, what its case can be found by, and what stands out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cases.facts import Facts
from cases.models import BlindKey, Flag, Marketplace
from cases.plan import ActionPlan
from cases.renderings.audience import name
from cases.services.plans import Summary
from cases.vocabulary import Channel, Matter, Stage, When

# What people call the marketplaces; the first word that stands in the answer decides.
MARKETPLACES: Mapping[str, Marketplace] = {
    "淘宝": Marketplace.TAOBAO,
    "天猫": Marketplace.TAOBAO,
    "拼多多": Marketplace.PINDUODUO,
    "抖音": Marketplace.DOUYIN,
    "快手": Marketplace.KUAISHOU,
    "京东": Marketplace.JINGDONG,
    "闲鱼": Marketplace.XIANYU,
    "小红书": Marketplace.XIAOHONGSHU,
    "微信": Marketplace.WECHAT,
    "视频号": Marketplace.WECHAT,
    "支付宝": Marketplace.ALIPAY,
}
# The matter a case is mainly about, when several are owed.
WEIGHTIEST = (
    Matter.MONEY,
    Matter.CANCELLATION,
    Matter.CLOSURE,
    Matter.BALANCE,
    Matter.ACTIVATION_RECORD,
    Matter.DATA,
)


def summary(plan: ActionPlan, facts: Facts) -> Summary:
    """The columns, fingerprints and flags of a case with this plan."""
    return Summary(
        stage=plan.assessment.stage.id,
        carrier=facts.carrier.name or "",
        sales_channel=facts.order.sales_channel or "",
        marketplace=_marketplace(facts.order.marketplace),
        payee=facts.payment.payee or "",
        problem=_problem(plan),
        channel=_first_channel(plan),
        amount=plan.assessment.situation.outstanding,
        next_on=_next_day(plan),
        seller=_seller(facts),
        found_by={kind: [text] for kind, text in _found_by(facts) if text},
        flags=list(_flags(plan, facts)),
    )


def _seller(facts: Facts) -> str | None:
    """The other side as the person calls it, for lists; the person's own name is cut short."""
    told, own = facts.order.seller_company or facts.order.seller_name, facts.consumer.name
    return told.replace(own, name(own)) if told and own else told


def _marketplace(told: str | None) -> str:
    if not told:
        return ""
    return next((code for word, code in MARKETPLACES.items() if word in told), Marketplace.OTHER)


def _problem(plan: ActionPlan) -> str:
    owed = {matter for _, matter in plan.assessment.responsible}
    return next((matter for matter in WEIGHTIEST if matter in owed), "")


def _first_channel(plan: ActionPlan) -> str:
    return next((action.channel for action in plan.actions if action.when is When.NOW), "")


def _next_day(plan: ActionPlan) -> date | None:
    """The next day on which something ends or opens for the person."""
    running = (row for row in plan.deadlines if not row.answered)
    ends = [row.ends_on for row in running if row.ends_on >= plan.on]
    opens = [action.opens_on for action in plan.actions if action.opens_on]
    return min([*ends, *opens], default=None)


def _found_by(facts: Facts) -> Iterator[tuple[str, str | None]]:
    kind = BlindKey.Kind
    yield kind.SELLER, facts.order.seller_name
    yield kind.COMPANY, facts.order.seller_company or facts.opponent.page_company
    yield kind.PAYEE, facts.opponent.bill_name
    yield kind.PHONE, facts.consumer.phone
    yield kind.ORDER, facts.order.number


def _flags(plan: ActionPlan, facts: Facts) -> Iterator[str]:
    kind = Flag.Kind
    shown = {
        kind.CONTRADICTION: bool(plan.assessment.stage.contradictions),
        kind.MINOR: facts.consumer.minor is True,
        kind.FRAUD: any(action.channel is Channel.POLICE for action in plan.actions),
        kind.OFF_PLATFORM: facts.payment.asked_off_platform is True,
        kind.NOT_MINE: plan.assessment.stage.id is Stage.NOT_MINE,
    }
    return (flag for flag, found in shown.items() if found)
