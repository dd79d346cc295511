"""Names that nobody has: 例 is an example, `.example` belongs to no one, no telephone begins so."""

from __future__ import annotations

from dataclasses import dataclass

from cases.vocabulary import SalesChannel

NUMERALS = "一二三四五六七八九十"
PEOPLE = tuple(f"例{surname}某" for surname in "甲乙丙丁戊己庚辛壬癸")
PHONE, ADDRESS = "000-0000{number:04d}", "例省例市例区例路{number}号"
ORDER, TICKET = "例{number:06d}", "例工单{number:05d}"
TARIFFS = ("例卡29元套餐", "例卡39元套餐", "例卡59元套餐")
CHANNELS = (
    SalesChannel.MARKETPLACE,
    SalesChannel.AFFILIATE_SITE,
    SalesChannel.LIVESTREAM,
    SalesChannel.MINI_PROGRAM,
    SalesChannel.MARKETPLACE,
    SalesChannel.SOCIAL_CHAT,
    SalesChannel.LIVESTREAM,
    SalesChannel.AFFILIATE_SITE,
    SalesChannel.MARKETPLACE,
    SalesChannel.STREET_PROMOTION,
)
# The marketplaces are as people call them: the desk sorts by these words.
PLACES = ("拼多多", "", "抖音", "", "淘宝", "", "快手", "", "京东", "")


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop or 网盟 of the demonstration; `place` is the marketplace, where there is one."""

    numeral: str
    host: str
    channel: SalesChannel
    place: str

    @property
    def name(self) -> str:
        """As its page says."""
        return f"例{self.numeral}号卡店"

    @property
    def company(self) -> str:
        """As its licence says."""
        return f"例{self.numeral}信息服务有限公司"

    @property
    def payee(self) -> str:
        """As the bill says."""
        return f"例{self.numeral}收款"


SHOPS = tuple(
    Shop(numeral, f"shop{number}.example", channel, place)
    for number, (numeral, channel, place) in enumerate(
        zip(NUMERALS, CHANNELS, PLACES, strict=True), start=1
    )
)
# The others nobody has put into the directory yet.
LISTED = SHOPS[:7]
