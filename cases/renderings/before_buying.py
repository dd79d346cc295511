"""What the check of an offer says to somebody about to buy: one structure for page and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.assessment.wording import label
from cases.clauses import Marked, check
from cases.knowledge import Knowledge
from cases.knowledge.schema import Clause, Precaution
from cases.renderings import pdf
from cases.renderings.glyphs import leaves_gaps
from cases.renderings.text import capped
from cases.vocabulary import Light, Moment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# More rows of one light help nobody, and a page and a PDF have to end somewhere.
ROWS = 200
WORDS = {Light.RED: _("红"), Light.AMBER: _("黄"), Light.GREEN: _("绿")}
# Told apart without colour, in print and by eyes that see none.
SHAPES = {Light.RED: "■", Light.AMBER: "▲", Light.GREEN: "●"}
# What to keep before paying, by precaution.
TO_KEEP = (
    "screenshot_at_order",
    "save_agreement",
    "ask_in_writing",
    "keep_order_records",
    "note_company_on_bill",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something an offer should speak of, and the precaution whose question asks for it.

    An offer is silent about it when none of `clauses` was found and none of `words` stands in it;
    what else a sentence may say of it is not looked at.
    """

    name: _StrPromise
    precaution: str
    clauses: frozenset[str]
    words: tuple[str, ...]

    def silent(self, found: frozenset[str], text: str) -> bool:
        """Whether a text, in which the clauses `found` were found, says nothing of it."""
        return not (self.clauses & found or any(word in text for word in self.words))


TOPICS = (
    Topic(
        name=_("退款和取消"),
        precaution="read_refund_terms",
        clauses=frozenset(
            {
                "cancel_before_provisioning",
                "deduction_on_refund",
                "no_cancellation",
                "no_refund",
                "no_refund_after_activation",
                "no_seven_day",
                "refund_if_it_fails",
                "refundable_before_activation",
                "seven_day_promise",
                "slow_refund",
            }
        ),
        words=("退款", "退货", "退卡", "可退", "撤单", "取消订单"),
    ),
    Topic(
        name=_("首充和一共要付的钱"),
        precaution="read_zero_price",
        clauses=frozenset({"first_top_up", "top_up_in_parts", "deposit_and_card_fee"}),
        words=("首充", "首次充值", "预存", "预充"),
    ),
    Topic(
        name=_("合约期和违约金"),
        precaution="ask_minimum_term",
        clauses=frozenset(
            {
                "heavy_penalty",
                "minimum_term",
                "no_minimum_term",
                "no_termination_charge",
                "termination_charge",
            }
        ),
        words=("合约", "协议期", "在网", "违约金"),
    ),
    Topic(
        name=_("优惠期过后的价格"),
        precaution="compare_total_cost",
        clauses=frozenset({"promotional_price", "regular_price_shown"}),
        words=("优惠期", "期满", "到期后", "恢复原价", "原价"),
    ),
    Topic(
        name=_("通用流量、定向流量和限速"),
        precaution="read_whole_tariff",
        clauses=frozenset({"directed_data", "throttling"}),
        words=("通用", "定向", "限速", "降速"),
    ),
    Topic(
        name=_("销户"),
        precaution="ask_closing_from_afar",
        clauses=frozenset({"close_online", "closing_in_person"}),
        words=("销户", "注销", "销号"),
    ),
    Topic(
        name=_("归属地、发货地区和年龄"),
        precaution="check_region_and_age",
        clauses=frozenset({"age_limit", "delivery_area", "random_region"}),
        words=("归属", "发货", "配送", "周岁"),
    ),
    Topic(
        name=_("退货运费"),
        precaution="ask_return_freight",
        clauses=frozenset({"return_freight"}),
        words=("运费", "邮费", "包邮"),
    ),
    Topic(
        name=_("是不是本人实名的手机号"),
        precaution="refuse_iot_cards",
        clauses=frozenset({"iot_card", "no_real_name", "others_identity", "own_activation"}),
        words=("实名", "物联网"),
    ),
    Topic(
        name=_("卖家是哪家公司"),
        precaution="check_seller_registration",
        clauses=frozenset({"seller_named"}),
        words=("有限公司", "有限责任公司", "营业执照", "信用代码"),
    ),
    Topic(
        name=_("证件和个人信息给谁"),
        precaution="guard_id_photos",
        clauses=frozenset({"photos_by_chat", "share_personal_data"}),
        words=("个人信息", "隐私", "证件照", "身份证照"),
    ),
    Topic(
        name=_("撤单和售后找谁"),
        precaution="ask_cancellation_address",
        clauses=frozenset(),
        words=("客服", "售后", "联系我们", "联系电话", "热线"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A clause in a sentence; explained at the first sentence that holds it, and only there."""

    clause: Clause
    word: str
    shape: str
    anchor: str
    explained: bool
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence that holds clauses, the gravest first, and where it stands."""

    sentence: str
    sources: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The sentences of one light; `left_out` counts those beyond ROWS."""

    light: Light
    label: str
    shape: str
    rows: tuple[Row, ...]
    left_out: int

    @property
    def count(self) -> int:
        return len(self.rows) + self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All that is said of an offer; `message` holds the questions, ready to be sent."""

    groups: tuple[Group, ...]
    counts: str
    silent: tuple[str, ...]
    questions: tuple[str, ...]
    message: str
    promises: tuple[str, ...]
    to_keep: tuple[Precaution, ...]
    precautions: tuple[tuple[str, tuple[Precaution, ...]], ...]
    on: date
    checked_on: date
    version: str


def look_through(offer: str, agreement: str, knowledge: Knowledge, *, on: date) -> Checked:
    """What to say of an offer on a day. Raises ValueError for a text longer than LONGEST_TEXT."""
    return _LookThrough(offer, agreement, knowledge, on).checked()


def as_pdf(checked: Checked) -> bytes:
    """What was said of an offer, as PDF/UA-1. Raises `pdf.RenderingFailed`."""
    sentences = "".join(row.sentence for group in checked.groups for row in group.rows)
    context = {"checked": checked, "has_gaps": leaves_gaps(sentences)}
    return pdf.render(render_to_string("before/document.html", context))


class _LookThrough:
    def __init__(self, offer: str, agreement: str, knowledge: Knowledge, on: date) -> None:
        self.texts = ((now_translated("页面"), offer), (now_translated("协议"), agreement))
        self.knowledge = knowledge
        self.on = on
        self.explained: set[str] = set()
        self.sources = self.sentences()
        self.names = frozenset(name for marked in self.sources for name in marked.clauses)

    def checked(self) -> Checked:
        groups = tuple(map(self.group, Light))
        silent = self.silent()
        questions = tuple(self.questions(silent))
        return Checked(
            groups=tuple(group for group in groups if group.rows),
            counts=self.counts(groups),
            silent=tuple(str(topic.name) for topic in silent),
            questions=questions,
            message=_message(questions),
            promises=tuple(r.sentence for g in groups if g.light is Light.GREEN for r in g.rows),
            to_keep=tuple(self.knowledge.precautions[name] for name in TO_KEEP),
            precautions=tuple(self.precautions()),
            on=self.on,
            checked_on=self.knowledge.checked_on,
            version=self.knowledge.version,
        )

    def sentences(self) -> dict[Marked, list[str]]:
        """Every sentence once, with the texts it stands in."""
        found: dict[Marked, list[str]] = {}
        for source, text in self.texts:
            for marked in dict.fromkeys(check(text, self.knowledge)):
                found.setdefault(marked, []).append(source)
        return found

    def group(self, light: Light) -> Group:
        marked = [each for each in self.sources if each.light is light]
        return Group(
            light=light,
            label=label(self.knowledge, light),
            shape=SHAPES[light],
            rows=tuple(map(self.row, marked[:ROWS])),
            left_out=max(0, len(marked) - ROWS),
        )

    def row(self, marked: Marked) -> Row:
        return Row(
            # As short as it is, it may hold what turns the reading direction round.
            sentence=capped(marked.sentence),
            sources=now_translated("、").join(self.sources[marked]),
            marks=tuple(map(self.mark, marked.clauses)),
        )

    def mark(self, name: str) -> Mark:
        clause, explained = self.knowledge.clauses[name], name not in self.explained
        self.explained.add(name)
        return Mark(
            clause=clause,
            word=str(WORDS[clause.light]),
            shape=SHAPES[clause.light],
            anchor=name.replace("_", "-"),
            explained=explained,
            overdue=clause.overdue(self.on),
        )

    def counts(self, groups: tuple[Group, ...]) -> str:
        """How many sentences have each light, and how many have none."""
        red, amber, green = (group.count for group in groups)
        rest = len(self.sources) - red - amber - green
        counts = now_translated(
            "红 %(red)d 处，黄 %(amber)d 处，绿 %(green)d 处；没标记的 %(rest)d 句。"
        )
        return counts % {"red": red, "amber": amber, "green": green, "rest": rest}

    def silent(self) -> list[Topic]:
        text = "".join("".join(text.split()) for _source, text in self.texts)
        return [topic for topic in TOPICS if topic.silent(self.names, text)]

    def questions(self, silent: list[Topic]) -> Iterator[str]:
        """Each question once: of what is red, of what is amber, of what is missing, of the rest."""
        asks = {light: list(self.asks(light)) for light in Light}
        missing = [self.knowledge.precautions[topic.precaution].ask for topic in silent]
        ordered = [*asks[Light.RED], *asks[Light.AMBER], *missing, *asks[Light.GREEN]]
        yield from dict.fromkeys(ordered)

    def asks(self, light: Light) -> Iterator[str]:
        for name in dict.fromkeys(name for marked in self.sources for name in marked.clauses):
            if self.knowledge.clauses[name].light is light:
                yield self.knowledge.clauses[name].ask

    def precautions(self) -> Iterator[tuple[str, tuple[Precaution, ...]]]:
        """The checklist by moment, each with its name."""
        for moment in Moment:
            rows = [row for row in self.knowledge.precautions.values() if row.moment is moment]
            yield label(self.knowledge, moment), tuple(rows)


def _message(questions: tuple[str, ...]) -> str:
    """The questions, numbered, as one message to the seller."""
    lines = [f"{number}. {question}" for number, question in enumerate(questions, 1)]
    first = now_translated("您好，我想买这张卡。下单前请先用文字回答这几个问题：")
    return "\n".join([first, *lines, now_translated("回答清楚以后，我再决定要不要下单。谢谢。")])
