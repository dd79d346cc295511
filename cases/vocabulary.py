"""The names of `contract.md`: every closed list that crosses the border of the engine."""

from __future__ import annotations

import re
from enum import StrEnum


class Stage(StrEnum):
    AWAITING_SUBMISSION = "awaiting_submission"
    SUBMITTED = "submitted"
    PROVISIONED = "provisioned"
    ACTIVATED = "activated"
    CLOSED = "closed"
    NOT_MINE = "not_mine"


class Certainty(StrEnum):
    CONFIRMED = "confirmed"
    LIKELY = "likely"
    ASSUMED = "assumed"


class Party(StrEnum):
    AFFILIATE = "affiliate"
    MARKETPLACE_SELLER = "marketplace_seller"
    MARKETPLACE = "marketplace"
    INDIVIDUAL = "individual"
    CARRIER = "carrier"
    PAYMENT_PROVIDER = "payment_provider"
    AUTHORITY = "authority"


class Matter(StrEnum):
    """What somebody answers for; also the subject of a dispute."""

    MONEY = "money"
    CANCELLATION = "cancellation"
    BALANCE = "balance"
    ACTIVATION_RECORD = "activation_record"
    CLOSURE = "closure"
    DATA = "data"


class Strength(StrEnum):
    """How well a ground holds, strongest first; `weighing.stronger` compares by this order."""

    STRONG = "strong"
    ARGUABLE = "arguable"
    NEEDS_FACT = "needs_fact"


class Channel(StrEnum):
    AFFILIATE_SERVICE = "affiliate_service"
    AFFILIATE_MANAGEMENT = "affiliate_management"
    MARKETPLACE = "marketplace"
    PAYMENT_PROVIDER = "payment_provider"
    CARRIER_COMPLAINT = "carrier_complaint"
    CARRIER_GROUP = "carrier_group"
    MARKET_REGULATOR_COMPLAINT = "market_regulator_complaint"
    MARKET_REGULATOR_REPORT = "market_regulator_report"
    GOVERNMENT_HOTLINE = "government_hotline"
    HEIMAO = "heimao"
    CONSUMER_ASSOCIATION = "consumer_association"
    TELECOM_ESCALATION = "telecom_escalation"
    COMMUNICATIONS_ADMINISTRATION = "communications_administration"
    SPAM_REPORT = "spam_report"
    ILLEGAL_CONTENT_REPORT = "illegal_content_report"
    NUMBER_CHECK = "number_check"
    POLICE = "police"
    CYBERSPACE_ADMINISTRATION = "cyberspace_administration"
    POSTAL_ESCALATION = "postal_escalation"
    SMALL_CLAIMS_COURT = "small_claims_court"
    INTERNET_COURT = "internet_court"


class When(StrEnum):
    """When an action is due, in the order in which a plan lists them."""

    NOW = "now"
    WAITING = "waiting"
    LATER = "later"
    IF_NEEDED = "if_needed"


class Whose(StrEnum):
    MINE = "mine"
    THEIRS = "theirs"


class SalesChannel(StrEnum):
    AFFILIATE_SITE = "affiliate_site"
    MINI_PROGRAM = "mini_program"
    MARKETPLACE = "marketplace"
    LIVESTREAM = "livestream"
    SOCIAL_CHAT = "social_chat"
    STREET_PROMOTION = "street_promotion"


class CardKind(StrEnum):
    PERSONAL = "personal"
    IOT = "iot"


class Payee(StrEnum):
    NOBODY = "nobody"
    AFFILIATE = "affiliate"
    MARKETPLACE = "marketplace"
    INDIVIDUAL = "individual"
    CARRIER = "carrier"


class PaymentMethod(StrEnum):
    MARKETPLACE_ORDER = "marketplace_order"
    MERCHANT_WECHAT = "merchant_wechat"
    MERCHANT_ALIPAY = "merchant_alipay"
    PERSONAL_TRANSFER = "personal_transfer"
    BANK_TRANSFER = "bank_transfer"
    CARRIER_PAGE = "carrier_page"
    CASH = "cash"
    OTHER = "other"


class Payer(StrEnum):
    ME = "me"
    GUARDIAN = "guardian"
    OTHER = "other"


class SellerPage(StrEnum):
    AWAITING_SUBMISSION = "awaiting_submission"
    SUBMITTED = "submitted"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    ACTIVATED = "activated"
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"


class CarrierRecord(StrEnum):
    NO_ORDER = "no_order"
    ORDER_SEEN = "order_seen"
    NUMBER_RESERVED = "number_reserved"
    AWAITING_ACTIVATION = "awaiting_activation"
    ACTIVE = "active"
    CANCELLED = "cancelled"


class Parcel(StrEnum):
    NOT_SENT = "not_sent"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"


class ActivatedBy(StrEnum):
    ME = "me"
    COURIER_WITH_ME = "courier_with_me"
    SOMEONE_ELSE = "someone_else"
    UNKNOWN = "unknown"


class CarrierName(StrEnum):
    CHINA_MOBILE = "china_mobile"
    CHINA_UNICOM = "china_unicom"
    CHINA_TELECOM = "china_telecom"
    CHINA_BROADNET = "china_broadnet"
    MVNO = "mvno"


class CarrierReply(StrEnum):
    NONE = "none"
    REFUSED = "refused"
    UNSATISFACTORY = "unsatisfactory"
    NUMBER_RESERVED = "number_reserved"
    ALREADY_ACTIVATED = "already_activated"
    SENT_TO_AGENT = "sent_to_agent"
    ACCEPTED = "accepted"


class SellerReply(StrEnum):
    NONE = "none"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SENT_TO_CARRIER = "sent_to_carrier"
    WAIT_FOR_SETTLEMENT = "wait_for_settlement"
    DEDUCTION = "deduction"


class RefusalReason(StrEnum):
    NO_REFUND_CLAUSE = "no_refund_clause"
    ALREADY_SUBMITTED = "already_submitted"
    NUMBER_RESERVED = "number_reserved"
    SPECIAL_GOODS = "special_goods"
    ACTIVATED = "activated"
    MINIMUM_TERM = "minimum_term"


class Promise(StrEnum):
    UNACTIVATED_REFUND = "unactivated_refund"
    SEVEN_DAY = "seven_day"
    BEFORE_PROVISIONING_REFUND = "before_provisioning_refund"
    FREE_CANCELLATION = "free_cancellation"


class MisleadingPoint(StrEnum):
    TARIFF_PRICE = "tariff_price"
    PROMO_PERIOD = "promo_period"
    DIRECTED_DATA = "directed_data"
    FREE_CLAIM = "free_claim"
    CARRIER_LOGO = "carrier_logo"


class MarketplaceReply(StrEnum):
    NONE = "none"
    SUPPORTED = "supported"
    REJECTED = "rejected"


class FilingOutcome(StrEnum):
    SETTLED = "settled"
    REFUSED = "refused"
    ENDED = "ended"


class EvidenceKind(StrEnum):
    ORDER_PAGE = "order_page"
    PAYMENT_RECORD = "payment_record"
    PROMOTION_PAGE = "promotion_page"
    AGREEMENT = "agreement"
    CHAT = "chat"
    CALL_LOG = "call_log"
    CARRIER_TICKET = "carrier_ticket"
    COURIER_RECORD = "courier_record"
    SIM_PHOTO = "sim_photo"
    ACTIVATION_SMS = "activation_sms"
    NUMBER_CHECK_SMS = "number_check_sms"
    SELLER_LICENCE = "seller_licence"
    BILL = "bill"


class WarningId(StrEnum):
    NO_ESCROW = "no_escrow"
    DO_NOT_ACTIVATE = "do_not_activate"
    KEEP_EVIDENCE_FIRST = "keep_evidence_first"
    ONE_BODY_PER_DISPUTE = "one_body_per_dispute"
    ESTIMATED_CALENDAR = "estimated_calendar"
    NO_ID_IMAGES = "no_id_images"
    FRAUD_CLAIM_RISK = "fraud_claim_risk"
    TOO_LATE_FOR_ESCALATION = "too_late_for_escalation"
    STOP_TOPPING_UP = "stop_topping_up"
    REVIEW_OVERDUE = "review_overdue"


class Tier(StrEnum):
    """A: default citation; B: only when its fact is known; C: never printed in a letter."""

    A = "A"
    B = "B"
    C = "C"


class Confidence(StrEnum):
    """H: full text read; M: official excerpt or two agreeing copies; L: practice, never law."""

    H = "H"
    M = "M"
    L = "L"


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class Role(StrEnum):
    """Whom a ground may be used against, before it is known who that is in a case."""

    SELLER = "seller"
    CARRIER = "carrier"
    MARKETPLACE = "marketplace"
    INDIVIDUAL = "individual"
    AUTHORITY = "authority"


class Length(StrEnum):
    """How long a text to send is: for a chat window, for a form, in full, or read out by phone."""

    CALL_20S = "call_20s"
    CALL_60S = "call_60s"
    CHAT = "chat"
    FORM = "form"
    FULL = "full"


class Speaker(StrEnum):
    """Who gives a reply that the person brings back."""

    SELLER = "seller"
    MARKETPLACE = "marketplace"
    PAYMENT_PROVIDER = "payment_provider"
    CARRIER = "carrier"
    AUTHORITY = "authority"
    COURIER = "courier"


class ReplyKind(StrEnum):
    """What a reply is worth: a reason, half of one, a way to gain time, or a trap."""

    REASON = "reason"
    PARTLY = "partly"
    STALLING = "stalling"
    TRAP = "trap"


class Moment(StrEnum):
    """When a precaution helps, in the order of buying."""

    BEFORE_ORDERING = "before_ordering"
    AT_ORDERING = "at_ordering"
    AT_DELIVERY = "at_delivery"
    BEFORE_ACTIVATION = "before_activation"


class Light(StrEnum):
    """How a clause of an offer looks: do not sign, ask first, fine."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Link(StrEnum):
    """A link of the chain between the person and whoever runs the network."""

    SELLER = "seller"
    PLATFORM = "platform"
    CARRIER = "carrier"


class Knownness(StrEnum):
    """How sure it is who a link of the chain is."""

    KNOWN = "known"
    PROBABLE = "probable"
    UNKNOWN = "unknown"


class Sign(StrEnum):
    """What tells who a link of the chain is: a name that was given, or one that could be seen."""

    SELLER_COMPANY = "seller_company"
    SELLER_NAME = "seller_name"
    MARKETPLACE = "marketplace"
    CARRIER_COMPANY = "carrier_company"
    CARRIER_NAME = "carrier_name"
    BILL_NAME = "bill_name"
    PAGE_COMPANY = "page_company"
    PARCEL_SENDER = "parcel_sender"
    CARD_BRAND = "card_brand"
    SMS_SENDER = "sms_sender"


LABELLED: tuple[type[StrEnum], ...] = (
    Stage,
    Certainty,
    Party,
    Matter,
    Strength,
    Channel,
    When,
    Whose,
    SalesChannel,
    CardKind,
    Payee,
    PaymentMethod,
    Payer,
    SellerPage,
    CarrierRecord,
    Parcel,
    ActivatedBy,
    CarrierName,
    CarrierReply,
    SellerReply,
    RefusalReason,
    Promise,
    MisleadingPoint,
    MarketplaceReply,
    FilingOutcome,
    EvidenceKind,
    WarningId,
    Tier,
    Confidence,
    Unit,
    Length,
    Speaker,
    ReplyKind,
    Moment,
    Light,
)


def table_name(enum: type) -> str:
    """The table of `vocabulary.toml` for an enum: SalesChannel -> sales_channel."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()
