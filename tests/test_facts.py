"""What facts are refused, each with its key; what a null means; what types JSON may bring."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cases.facts import Facts, FactsRefused, facts_from, facts_table, keys, read_facts
from cases.vocabulary import Channel, EvidenceKind, Party, Promise

ON = date(2026, 11, 22)


def faults(table: object) -> list[str]:
    with pytest.raises(FactsRefused) as refused:
        read_facts(table, on=ON)
    return refused.value.faults


def test_it_works() -> None:
    facts = read_facts(
        {
            "order": {"placed_by_me": True, "placed_on": "2026-11-06", "seller_name": " 星云 "},
            "payment": {"amount": "68.50"},
            "activation": {"at": "2026-11-12T14:03"},
            "terms": {"promises": ["seven_day"]},
            "filed": [{"channel": "police", "against": "individual", "on": "2026-11-20"}],
            "evidence": ["order_page"],
        },
        on=ON,
    )

    assert facts.order.placed_on == date(2026, 11, 6)
    assert facts.order.seller_name == "星云"
    assert facts.payment.amount == Decimal("68.50")
    assert facts.activation.at == datetime.fromisoformat("2026-11-12T14:03")
    assert facts.terms.promises == (Promise.SEVEN_DAY,)
    assert [(filing.channel, filing.against) for filing in facts.filings] == [
        (Channel.POLICE, Party.INDIVIDUAL)
    ]
    assert facts.evidence == (EvidenceKind.ORDER_PAGE,)


def test_nothing_is_needed() -> None:
    assert read_facts({}, on=ON) == Facts()


def test_a_null_says_what_a_missing_key_says() -> None:
    nulls = {"order": {"placed_by_me": None}, "payment": None, "evidence": None, "filed": None}

    assert read_facts(nulls, on=ON) == Facts()


def test_an_empty_list_is_none_of_these_and_not_unknown() -> None:
    facts = read_facts({"evidence": [], "terms": {"misleading": []}}, on=ON)

    assert (facts.evidence, facts.terms.misleading) == ((), ())
    assert facts.terms.promises is None


def test_an_empty_text_is_not_known() -> None:
    assert read_facts({"order": {"seller_name": "  "}}, on=ON).order.seller_name is None


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"order": {"colour": "red"}}, "order.colour"),
        ({"filed": [{"channel": "police", "colour": "red"}]}, "filed.0.colour"),
        ({"filed": [{"against": "carrier"}]}, "filed.0.channel"),
        ({"filed": [{"channel": "letter"}]}, "filed.0.channel"),
        ({"filed": {"channel": "police"}}, "filed"),
        ({"order": "yesterday"}, "order"),
        ({"order": {"placed_by_me": "yes"}}, "order.placed_by_me"),
        ({"order": {"placed_by_me": 1}}, "order.placed_by_me"),
        ({"order": {"sales_channel": "shop"}}, "order.sales_channel"),
        ({"order": {"seller_name": 7}}, "order.seller_name"),
        ({"order": {"seller_name": "长" * 2001}}, "order.seller_name"),
        ({"order": {"placed_on": "2026-02-30"}}, "order.placed_on"),
        ({"order": {"placed_on": "2026-11-06T10:00"}}, "order.placed_on"),
        ({"order": {"placed_on": "06.11.2026"}}, "order.placed_on"),
        ({"order": {"placed_on": 20261106}}, "order.placed_on"),
        ({"activation": {"at": "2026-11-12T25:00"}}, "activation.at"),
        ({"activation": {"at": "2026-11-12T14:03:20"}}, "activation.at"),
        ({"payment": {"amount": "-1.00"}}, "payment.amount"),
        ({"payment": {"amount": "1.005"}}, "payment.amount"),
        ({"payment": {"amount": "many"}}, "payment.amount"),
        ({"payment": {"amount": 59}}, "payment.amount"),
        ({"payment": {"amount": 59.0}}, "payment.amount"),
        ({"payment": {"first_top_up": "1e3"}}, "payment.first_top_up"),
        ({"signals": {"consumed": "-0.01"}}, "signals.consumed"),
        ({"terms": {"promises": "seven_day"}}, "terms.promises"),
        ({"terms": {"promises": ["ten_day"]}}, "terms.promises"),
        ({"evidence": ["rumour"]}, "evidence"),
        ({"consumer": {"age": 18}}, "consumer.age"),
        ({"consumer": {"age": True}}, "consumer.age"),
        ({"consumer": {"age": "7"}}, "consumer.age"),
        ({"consumer": {"unknown_numbers": -1}}, "consumer.unknown_numbers"),
        ([], "facts"),
        ("facts", "facts"),
        (7, "facts"),
    ],
    ids=str,
)
def test_it_refuses_a_wrong_key_type_or_value(table: object, key: str) -> None:
    found = faults(table)

    assert len(found) == 1
    assert found[0].startswith(key), found[0]
    assert ": " in found[0]


LATER = [
    ("order", "placed_on"),
    ("payment", "paid_on"),
    ("signals", "delivered_on"),
    ("signals", "returned_on"),
    ("activation", "at"),
    ("carrier", "complained_on"),
    ("carrier", "replied_on"),
    ("carrier", "fee_event_on"),
    ("dealings", "requested_at"),
    ("dealings", "replied_on"),
]


@pytest.mark.parametrize(("section", "key"), LATER, ids=lambda part: str(part))
def test_it_refuses_a_date_after_the_day_of_the_plan(section: str, key: str) -> None:
    assert read_facts({section: {key: "2026-11-22"}}, on=ON)
    assert faults({section: {key: "2026-11-23"}})[0].startswith(f"{section}.{key}: ")


def test_it_takes_a_promise_for_a_later_day() -> None:
    facts = read_facts({"dealings": {"promised_on": "2027-01-31"}}, on=ON)

    assert facts.dealings.promised_on == date(2027, 1, 31)


@pytest.mark.parametrize("key", ["on", "accepted_on", "closed_on"])
def test_it_refuses_a_filing_after_the_day_of_the_plan(key: str) -> None:
    table = {"filed": [{"channel": "police", key: "2026-11-23"}]}

    assert faults(table)[0].startswith(f"filed.0.{key}: ")


@pytest.mark.parametrize(
    ("early", "late", "key"),
    [
        ("dealings.requested_at", "dealings.replied_on", "dealings.replied_on"),
        ("carrier.complained_on", "carrier.replied_on", "carrier.replied_on"),
        ("order.placed_on", "dealings.requested_at", "dealings.requested_at"),
        ("order.placed_on", "signals.delivered_on", "signals.delivered_on"),
    ],
)
def test_it_refuses_an_order_of_dates_that_cannot_be(early: str, late: str, key: str) -> None:
    def table(first: str, second: str) -> dict[str, Any]:
        tables: dict[str, Any] = {}
        for name, day in ((early, first), (late, second)):
            section, field = name.split(".")
            tables.setdefault(section, {})[field] = day
        return tables

    assert read_facts(table("2026-11-10", "2026-11-10"), on=ON)
    assert faults(table("2026-11-10", "2026-11-09"))[0].startswith(f"{key}: ")


@pytest.mark.parametrize("key", ["accepted_on", "closed_on"])
def test_it_refuses_a_filing_that_ended_before_it_began(key: str) -> None:
    table = {"filed": [{"channel": "police", "on": "2026-11-10", key: "2026-11-09"}]}

    assert faults(table)[0].startswith(f"filed.0.{key}: ")


def test_it_names_every_fault_at_once() -> None:
    found = faults({"order": {"colour": "red", "card_kind": "gold"}, "payment": {"amount": "-1"}})

    assert {fault.partition(":")[0] for fault in found} == {
        "order.card_kind",
        "order.colour",
        "payment.amount",
    }


def test_an_activation_before_the_order_is_a_fact_and_no_fault() -> None:
    table = {"order": {"placed_on": "2026-11-06"}, "activation": {"at": "2026-11-01"}}

    assert read_facts(table, on=ON).activation.at == date(2026, 11, 1)


def test_answers_of_the_wizard_become_the_same_facts() -> None:
    answers: dict[str, dict[str, Any]] = {
        "where": {"order__sales_channel": "mini_program", "order__placed_on": "2026-11-06"},
        "money": {"payment__amount": "68.00", "payment__payee": None},
        "proof": {"evidence": ["chat"], "csrf": "of no case"},
    }
    table = {
        "order": {"sales_channel": "mini_program", "placed_on": "2026-11-06"},
        "payment": {"amount": "68.00"},
        "evidence": ["chat"],
    }

    assert facts_from(answers, on=ON) == read_facts(table, on=ON)
    assert facts_table({}) == {}


@pytest.mark.parametrize(("where", "filed"), [([], ()), (None, None)])
def test_nothing_filed_is_not_the_same_as_not_known(where: Any, filed: Any) -> None:
    facts = facts_from({"filed_where": {"filed_where": where}}, on=ON)

    assert facts.filed == filed
    assert facts.filings == ()


def test_the_keys_are_the_contracts() -> None:
    some = {"order.placed_by_me", "payment.payer", "opponent.bill_name", "filed", "evidence"}
    assert some < keys()


def test_a_wrong_value_does_not_hide_an_impossible_date() -> None:
    table = {
        "order": {"placed_on": "2026-11-23", "foo": 1},
        "payment": {"amount": "-1"},
        "filed": [{"channel": "police", "on": "x"}],
        "dealings": {"requested_at": "2026-11-20", "replied_on": "2026-11-19"},
    }

    with pytest.raises(FactsRefused) as refused:
        read_facts(table, on=date(2026, 11, 22))

    keys = [fault.partition(":")[0] for fault in refused.value.faults]
    assert sorted(keys) == [
        "dealings.replied_on",
        "dealings.requested_at",
        "filed.0.on",
        "order.foo",
        "order.placed_on",
        "payment.amount",
    ]
