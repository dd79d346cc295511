"""What the templates of letters are filled with, from one case and for one action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from cases.assessment import cites_for, read_for
from cases.assessment.opponent import company_to_verify
from cases.assessment.situation import ZERO, Situation
from cases.assessment.weighing import Finding, reasons
from cases.assessment.wording import yuan
from cases.knowledge.citations import cite_text
from cases.knowledge.schema import Letter as LetterTemplate
from cases.lanes import DISPUTE_BODIES, REFUSALS
from cases.plan import Action, ActionPlan
from cases.renderings.chronicle import (
    Chronicle,
    Line,
    Months,
    addressee,
    by_need,
    closed_by_refusal,
    given_up_last,
    long_day,
    texts,
)
from cases.renderings.spoken import (
    asked,
    payment_unknown,
    spoken_order,
    spoken_standing,
    spoken_who,
)
from cases.vocabulary import ActivatedBy, Channel, Party, Payee, Promise, Stage, Strength, When

MOST_CITES = 2
SELLERS = (Party.AFFILIATE, Party.MARKETPLACE_SELLER)
# A ground of this weight is cited first, however many are stronger: that a child ordered.
ALWAYS_CITED = 95


@dataclass(frozen=True, kw_only=True)
class LetterValues:
    """The variables of one letter; `longest` is how many characters of a typed text are kept,
    `months` are those of days that are not known."""

    plan: ActionPlan
    action: Action
    template: LetterTemplate
    longest: int
    months: Months

    @property
    def s(self) -> Situation:
        return self.plan.assessment.situation

    @cached_property
    def chronicle(self) -> Chronicle:
        return self._told_by(self.template.head.me)

    @cached_property
    def speaking(self) -> Chronicle:
        """The same told aloud, where nobody calls himself 本人."""
        return self._told_by(self.s.knowledge.phrase("spoken_me"))

    def _told_by(self, me: str) -> Chronicle:
        return Chronicle(
            self.s,
            me=me,
            them=self.template.head.them,
            about=self.action.respondent,
            longest=self.longest,
            months=self.months,
        )

    @cached_property
    def lines(self) -> list[Line]:
        return self.chronicle.lines()

    @cached_property
    def payment(self) -> list[Line]:
        return self.chronicle.with_payee()

    @cached_property
    def order(self) -> list[Line]:
        return list(self.chronicle.order())

    def claims(self, text: str) -> Iterator[Line]:
        """The lines that stand in a text, once each, with what claims.toml calls them."""
        for line in dict.fromkeys([*self.lines, *self.payment]):
            if line.text in text:
                yield replace(line, name=self._claimed(line.name))

    def _claimed(self, name: str) -> str:
        # Where it stands today is as sure as what it was seen from.
        stands = name in ("standing_stage", "standing_closed")
        return f"signal_{self.s.stage_found.signal}" if stands else name

    @cached_property
    def findings(self) -> list[Finding]:
        """The strongest findings against the letter's respondent."""
        grounds, head = self.s.knowledge.grounds, self.template.head
        found = [
            finding
            for finding in self.plan.assessment.findings
            if finding.against is self.action.respondent
            and finding.strength is not Strength.NEEDS_FACT
            and grounds[finding.ground].in_letters
            and finding.ground in (head.grounds or (finding.ground,))
        ]
        found.sort(key=lambda finding: grounds[finding.ground].weight < ALWAYS_CITED)
        return found[: head.citations]

    @cached_property
    def grounds(self) -> list[str]:
        """Each finding as a sentence tied to its facts."""
        return [self._ground(finding) for finding in self.findings]

    def _ground(self, finding: Finding) -> str:
        s, head = self.s, self.template.head
        arguable = finding.strength is Strength.ARGUABLE
        because = reasons(s, finding.conditions, me=head.me, them=head.them)
        sentence = s.knowledge.phrase(
            "ground_line_arguable" if arguable else "ground_line",
            me=head.me,
            because=self._named(because[-1]),
            wording=read_for(s, finding.ground).wording,
            citation=self._cited(finding),
        )
        return sentence.replace("。（", "（") + "。"

    def _named(self, sentence: str) -> str:
        """A sentence with the name that the letter has for the carrier."""
        return sentence.replace(
            self.s.knowledge.phrase("the_carrier"), self.chronicle.names["carrier"]
        )

    def _cited(self, finding: Finding) -> str:
        cites = cites_for(self.s, finding.ground)
        return cite_text(self.s.knowledge, cites[:MOST_CITES])

    def spare(self) -> Iterator[str]:
        """What a short letter can do without, the least needed first: all but the first ground,
        lines, the list of evidence, the first ground, its bare citation, more lines."""
        yield from self.grounds[:0:-1]
        yield from texts(by_need([*self.lines, *self.payment], self.action.respondent))
        yield from self.evidence
        yield from self.grounds[:1]
        yield from [self.law] if self.law else []
        yield from texts(given_up_last([*self.lines, *self.payment]))

    @cached_property
    def law(self) -> str:
        """The citation of the strongest ground, or nothing."""
        return self._cited(self.findings[0]) if self.findings else ""

    @cached_property
    def evidence(self) -> list[str]:
        return [self.s.label(item.id) for item in self.plan.evidence if item.have]

    def without(self, dropped: Iterable[str] = ()) -> dict[str, Any]:
        """The variables that the letter `needs`, without the sentences of `dropped`."""
        gone = frozenset(dropped)
        shortened = {
            "chronicle": _kept(self.lines, gone),
            "order": _kept(self.order, gone),
            "payment": _kept(self.payment, gone),
            "grounds": [ground for ground in self.grounds if ground not in gone],
            "law": "" if self.law in gone else self.law,
            "evidence": [kind for kind in self.evidence if kind not in gone],
        }
        available = self._fixed | shortened
        return {name: available[name] for name in self.template.head.needs}

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        """The variables that stand in a letter of any length."""
        chronicle, s, head = self.chronicle, self.s, self.template.head
        consumer = s.facts.consumer
        return {
            "facts": "",  # the blocks are filled in when they are rendered
            "requests": "",
            "me": head.me,
            "them": head.them,
            "title": head.title,
            "addressee": addressee(chronicle, self.action.respondent),
            "seller": chronicle.seller,
            "carrier": chronicle.carrier,
            "name": chronicle.signer,
            "phone": chronicle.text(consumer.phone, "phone"),
            "address": chronicle.text(consumer.address, "address"),
            "postcode": chronicle.text(consumer.postcode, "postcode"),
            "ticket": chronicle.text(s.facts.carrier.ticket, "ticket"),
            "complained_on": chronicle.day(s.facts.carrier.complained_on, "complained_on"),
            "complained": s.complained_to_carrier,
            "requested_on": chronicle.day(s.requested_on, "requested_on"),
            "placed_on": chronicle.day(s.facts.order.placed_on, "placed_on"),
            "number": chronicle.number,
            "order_number": chronicle.text(s.facts.order.number, "order_number"),
            "transaction": chronicle.blank("transaction"),
            "against_carrier": self.action.respondent is Party.CARRIER,
            "on": chronicle.blank("sent_on") if self.later else long_day(s.on),
            "over_by_then": self.over_by_then,
            "amount": chronicle.blank("amount"),
            "nowhere_else": s.facts.filed is not None and not self._filed_elsewhere(),
            "answer_by": self.answer_by,
            "asked": asked(self.speaking, self.action.respondent),
            "spoken_order": spoken_order(self.speaking),
            "spoken_standing": spoken_standing(self.speaking),
            "only_here": not self._filed_elsewhere(),
            "user": chronicle.names["user"],
            "who": spoken_who(self.speaking),
            **_known(chronicle, self.action.respondent),
            **_matters(s),
        }

    def _filed_elsewhere(self) -> bool:
        """Whether another body has, or had, a dispute with this respondent."""
        return any(
            filing.channel in DISPUTE_BODIES - {self.action.channel}
            and filing.against in (None, self.action.respondent)
            for filing in self.s.facts.filings
        )

    @property
    def later(self) -> date | None:
        """The day from which the letter can be sent, where that is not today."""
        return self.action.opens_on if self.action.when is When.LATER else None

    @property
    def over_by_then(self) -> str:
        """That the fifteen days for paying back are over, where the letter waits for that."""
        delay = self.s.refund_delay
        if delay is None or not (self.later and self.later > delay.ends_on >= self.s.on):
            return ""
        return self.chronicle.say("over_by_then", since=long_day(delay.starts_on))

    @property
    def answer_by(self) -> str:
        days = self.template.head.answer_days
        return long_day((self.later or self.s.on) + timedelta(days=days)) if days else ""


def _kept(lines: Iterable[Line], dropped: frozenset[str]) -> str:
    return "\n".join(text for text in texts(lines) if text not in dropped)


def _known(chronicle: Chronicle, respondent: Party | None) -> dict[str, bool]:
    """What a text to be read aloud may name, because it is no blank."""
    s, facts = chronicle.s, chronicle.facts
    order, carrier = facts.order, facts.carrier
    named = {
        Party.CARRIER: carrier.company or carrier.name,
        Party.INDIVIDUAL: None,
    }.get(respondent or Party.AUTHORITY, order.seller_company or order.seller_name)
    # What is still to be verified stands in brackets, which nobody can read aloud.
    to_verify = respondent in SELLERS and company_to_verify(s) is not None
    return {
        "addressee_known": bool(named) and not to_verify,
        "to_verify": to_verify,
        "order_number_known": bool(order.number),
        "ticket_known": bool(carrier.ticket),
        "requested_known": bool(s.requested_on or chronicle.month("requested_on")),
        "complained_on_known": bool(carrier.complained_on or chronicle.month("complained_on")),
    }


def _matters(s: Situation) -> dict[str, Any]:
    """What is asked for: sums as text, or nothing; the rest as yes or no."""
    facts = s.facts
    owed = yuan(s.owed) if s.owed else ""
    with_carrier = Party.CARRIER in s.holders
    return {
        "owed": "" if with_carrier else owed,
        "owed_by_carrier": owed if with_carrier else "",
        "owed_unknown": s.owed is None and bool(s.holders),
        "payment_unknown": payment_unknown(s),
        "refused_parcel": closed_by_refusal(s),
        "private_use": facts.consumer.business_use is False,
        "to_individual": facts.payment.payee is Payee.INDIVIDUAL,
        "balance": yuan(s.balance) if s.balance else "",
        "deduction": yuan(facts.payment.deduction) if facts.payment.deduction else "",
        "free_order": s.owed == ZERO and not s.balance,
        "awaiting": s.stage is Stage.AWAITING_SUBMISSION,
        "submitted": s.stage is Stage.SUBMITTED,
        "provisioned": s.stage is Stage.PROVISIONED,
        "activated": s.stage is Stage.ACTIVATED,
        "closed": s.stage is Stage.CLOSED,
        "not_mine": s.stage is Stage.NOT_MINE,
        "by_other": s.activated_by_other,
        "id_photos": bool(facts.consumer.uploaded_id_photos),
        "misled": bool(facts.terms.misleading),
        "misleading": [s.label(point) for point in facts.terms.misleading or ()],
        "seven_days": Promise.SEVEN_DAY in (facts.terms.promises or ()),
        "unreachable": bool(facts.dealings.unreachable),
        "minor": bool(facts.consumer.minor),
        "disputed_charge": facts.carrier.fee_event_on is not None,
        "carrier_unknown": facts.carrier.name is None,
        "off_platform": facts.payment.payee in (Payee.AFFILIATE, Payee.INDIVIDUAL),
        "carrier_answered": facts.carrier.reply in REFUSALS,
        "carrier_late": s.carrier_deadline is not None and s.on > s.carrier_deadline.ends_on,
        "hand_unknown": facts.activation.by is not ActivatedBy.SOMEONE_ELSE,
        "no_refund_clause": bool(facts.terms.no_refund_clause),
        "rules_hidden": facts.terms.refund_rules_shown is False,
        "fee_hidden": facts.payment.deduction_disclosed is False,
        "unknown_numbers": facts.consumer.unknown_numbers or "",
        "reported": any(filing.channel is Channel.POLICE for filing in facts.filings),
        "iot": s.iot,
    }
