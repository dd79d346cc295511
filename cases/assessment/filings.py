"""What filings with the carrier and the seller tell, where the facts themselves leave it open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cases.facts import Carrier, Dealings, Facts, Filing
from cases.lanes import filing_by
from cases.vocabulary import CarrierReply, Channel, FilingOutcome, Party, SellerReply

BY_CARRIER: Mapping[FilingOutcome | None, CarrierReply | None] = {
    None: None,
    FilingOutcome.SETTLED: CarrierReply.ACCEPTED,
    FilingOutcome.REFUSED: CarrierReply.REFUSED,
    FilingOutcome.ENDED: CarrierReply.UNSATISFACTORY,
}
BY_SELLER: Mapping[FilingOutcome | None, SellerReply | None] = {
    None: None,
    FilingOutcome.SETTLED: SellerReply.ACCEPTED,
    FilingOutcome.REFUSED: SellerReply.REFUSED,
    FilingOutcome.ENDED: SellerReply.REFUSED,
}


def told_by_filings(facts: Facts) -> Facts:
    """The same facts, completed; what was said outright is never changed."""
    with_carrier = filing_by(facts, Channel.CARRIER_COMPLAINT, Party.CARRIER)
    with_seller = next((f for f in facts.filings if f.channel is Channel.AFFILIATE_SERVICE), None)
    if with_carrier:
        facts = replace(facts, carrier=_complained(facts.carrier, with_carrier))
    if with_seller:
        facts = replace(facts, dealings=_requested(facts.dealings, with_seller))
    return facts


def _complained(carrier: Carrier, filing: Filing) -> Carrier:
    return replace(
        carrier,
        complained=True,
        complained_on=carrier.complained_on or filing.on,
        ticket=carrier.ticket or filing.reference,
        reply=carrier.reply or BY_CARRIER[filing.outcome],
        replied_on=carrier.replied_on or filing.closed_on,
    )


def _requested(dealings: Dealings, filing: Filing) -> Dealings:
    return replace(
        dealings,
        requested=True,
        requested_at=dealings.requested_at or filing.on,
        reply=dealings.reply or BY_SELLER[filing.outcome],
        replied_on=dealings.replied_on or filing.closed_on,
    )
