"""What only a browser shows of phones: chat apps, copying, large type, htmx when things fail."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cases.models import Case
from tests.browser.pages import first_forks, put
from tests.browser.person import Person, story
from tests.browser.test_wizard_pages import go_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RESERVED = "number_reserved_cannot_revoke"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 "
    "XWEB/1260 MicroMessenger/8.0.54 Language/zh_CN"
)
OFFER = "永久9元，提交后不可取消"
# What the WebViews of chat apps do: one way to copy is missing, the other refuses.
NO_CLIPBOARD = """
  Object.defineProperty(navigator, "clipboard", { value: undefined });
  document.execCommand = () => false;
"""
# 1.6 Mbit/s, as bytes a second, and 150 ms there and back.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 100_000,
}
# Titles of channels in which something stands before 对 on a line that is not the first.
TORN_TITLES = """() => [...document.querySelectorAll(".action h4")].filter((title) => {
  const whom = title.querySelector(".whole").getBoundingClientRect();
  const words = title.getBoundingClientRect();
  const isFirst = whom.top - words.top < whom.height / 2;
  return !isFirst && whom.left - words.left > 1;
}).map((title) => title.textContent)"""
LARGEST_PAINT = """() => new Promise((found) => new PerformanceObserver((seen) =>
  found(seen.getEntries().at(-1).startTime)
).observe({ type: "largest-contentful-paint", buffered: true }))"""
# A picture with neither words beside it nor in its place. A QR code holds only what its page says.
ALONE = """() => [...document.querySelectorAll("main :is(svg:not(.code-picture), img)")]
  .filter((each) => !each.alt &&
    !each.closest("figure")?.querySelector("figcaption")?.textContent.trim())
  .map((each) => each.outerHTML.slice(0, 200))"""
# What has no use on paper, and still takes its place there.
LEFT_ON_PAPER = """() => [...document.querySelectorAll(
  "button, .button, .back, header.site, footer.site, .downloads, input[type=file], [data-counts]"
)].filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 200))"""
CUT_OFF = """() => [...document.querySelectorAll("textarea, table, .letter")]
  .filter((each) => each.checkVisibility() &&
    (each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1 ||
      each.getBoundingClientRect().right > each.parentElement.getBoundingClientRect().right + 1))
  .map((each) => each.outerHTML.slice(0, 200))"""
HEADINGS = """() => [...document.querySelectorAll("main :is(h1, h2, h3, h4)")]
  .map((each) => each.innerText)"""
# A date or a sum on two lines; looked for line by line, whatever the page is made of.
BROKEN = r"""() => {
  const whole = /(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d+(?:\.\d\d)? ?元/g;
  const range = new Range(), found = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    if (text.parentElement.closest("pre, textarea, svg, option, .sr-only")) continue;
    for (const match of text.data.matchAll(whole)) {
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(match[0]);
    }
  }
  return found;
}"""
# Those that have no other form in Unicode's tables.
RADICALS = str.maketrans("⻅⻋⻓⻔⻚⻛⻜⻢", "见车长门页风飞马")
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"


@pytest.fixture
def wechat(browser: Browser) -> Iterator[Page]:
    """A phone inside WeChat."""
    context = browser.new_context(**PHONE, user_agent=WECHAT, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**PHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_in_wechat_the_plan_is_kept_as_pictures(wechat: Page, live_server: Any) -> None:
    person = Person(wechat, live_server.url)
    person.arrive(story(RESERVED)["facts"])

    expect(wechat.get_by_text("微信里不能直接下载")).to_be_visible()
    wechat.get_by_role("link", name="长按图片保存").click()
    expect(wechat.get_by_role("heading", name="方案的图片")).to_be_visible(timeout=30_000)
    person.look()

    first = wechat.locator("figure img").first
    expect(first).to_have_js_property("complete", True)
    assert first.evaluate("image => image.naturalWidth") > 1200
    assert first.bounding_box()["width"] <= 360  # type: ignore[index]
    assert not person.faults


def test_another_browser_goes_on_with_the_code(
    wechat: Page, browser: Browser, live_server: Any
) -> None:
    case = Case.objects.get(pk=Person(wechat, live_server.url).arrive(story(RESERVED)["facts"]))
    address = wechat.locator("#resume-address").inner_text()
    other = browser.new_page()

    other.goto(f"{address}#{case.code.grouped}")
    expect(other.locator("#code")).to_have_value(case.code.grouped)
    assert other.url == address
    other.get_by_role("button", name="打开案件").click()

    expect(other.locator("h1").first).to_contain_text("今天先做")
    other.close()


def test_where_nothing_may_copy_the_text_is_selected_and_said(page: Page, live_server: Any) -> None:
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"{live_server.url}/before-buying/example/")

    page.get_by_role("button", name="复制要问卖家的话").click()

    expect(page.locator("#status")).to_have_text("请长按选中的文字复制")
    selected = page.evaluate("getSelection().toString()")
    assert selected.strip() == page.locator("#message").inner_text().strip()


def test_larger_letters_lose_nothing_that_is_typed(page: Page, live_server: Any) -> None:
    person = go_to(page, live_server.url, "seller")
    name = page.get_by_label("店铺、网站或公众号的名字")
    name.fill("靓卡")

    with page.expect_response("**/text-size/"):
        page.get_by_role("button", name="更大").click()

    expect(page.locator("html")).to_have_class("larger")
    expect(name).to_have_value("靓卡")
    page.reload()
    expect(page.locator("html")).to_have_class("larger")
    expect(page.get_by_role("button", name="更大")).to_have_attribute("aria-pressed", "true")
    assert not person.faults


def test_every_page_fits_a_phone_in_the_largest_letters(phone: Page, live_server: Any) -> None:
    person = Person(phone, live_server.url)
    phone.goto(f"{live_server.url}/privacy/")
    phone.get_by_role("button", name="更大").click()
    expect(phone.locator("html")).to_have_class("larger")

    case = person.walk(story(RESERVED)["facts"])
    for page in ("accessibility", "resume", "before-buying/example", f"case/{case}/code"):
        phone.goto(f"{live_server.url}/{page}/")
        person.look()

    assert not person.faults


def test_a_title_breaks_before_whom_it_is_addressed_to(page: Page, live_server: Any) -> None:
    person = Person(page, live_server.url)
    person.arrive(story(RESERVED)["facts"])

    for width in (320, 360, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TORN_TITLES) == [], width


def test_the_first_page_is_there_soon_on_a_slow_network(page: Page, live_server: Any) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", SLOW)

    page.goto(f"{live_server.url}/start/")

    assert page.evaluate(LARGEST_PAINT) <= 2500


def test_a_second_click_sends_nothing(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/start/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_role("button", name="开始").dblclick()
    page.wait_for_url("**/case/**")

    assert sent.count("POST") == 1
    assert Case.objects.count() == 1


def test_the_check_before_buying_counts_and_answers_in_place(page: Page, live_server: Any) -> None:
    person = Person(page, live_server.url)
    page.goto(f"{live_server.url}/before-buying/")
    page.get_by_label("推广页面或商品页的文字").fill(OFFER)

    expect(page.locator("[data-counts$='offer']")).to_have_text(re.compile(f"已写 {len(OFFER)} 字"))
    page.evaluate("document.body.dataset.before = 'yes'")
    page.get_by_role("button", name="查一查").click()

    expect(page.locator("#marks")).to_be_visible()
    expect(page.get_by_role("button", name="复制要问卖家的话")).to_be_visible()
    assert page.evaluate("document.body.dataset.before") == "yes"
    assert not person.faults


@pytest.mark.parametrize("fault", ["offline", "broken"])
def test_when_htmx_fails_a_calm_line_says_so_and_the_text_stays(
    page: Page, live_server: Any, fault: str
) -> None:
    def fail(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif fault == "offline":
            route.abort()
        else:
            route.fulfill(status=500, body="")

    page.route("**/before-buying/", fail)
    page.goto(f"{live_server.url}/before-buying/")
    offer = page.get_by_label("推广页面或商品页的文字")
    offer.fill(OFFER)

    page.get_by_role("button", name="查一查").click()

    expect(page.get_by_role("alert")).to_contain_text("您填的都还在")
    expect(offer).to_have_value(OFFER)


@pytest.mark.parametrize(("leaving", "lines"), [(True, 0), (False, 1)])
def test_what_ends_as_the_next_page_is_on_its_way_is_no_fault(
    page: Page, live_server: Any, leaving: bool, lines: int
) -> None:
    go_to(page, live_server.url, "signs")

    # WebKit ends all that is under way once a form is sent, Chromium only with the page.
    page.evaluate(
        """leaving => {
          const place = document.getElementById("verdict-now");
          const sent = new SubmitEvent("submit", { bubbles: true });
          if (leaving) document.querySelector("main form").dispatchEvent(sent);
          const detail = { elt: place };
          place.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail }));
        }""",
        leaving,
    )

    assert page.locator(".trouble").count() == lines


def test_when_the_cookie_is_gone_htmx_shows_the_page_that_keeps_the_text(
    page: Page, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/before-buying/")
    page.get_by_label("推广页面或商品页的文字").fill(OFFER)
    page.context.clear_cookies()

    page.get_by_role("button", name="查一查").click()

    expect(page.locator("h1")).to_have_text("请再点一次")
    expect(page.locator("#typed")).to_have_value(re.compile(OFFER))
    expect(page.get_by_role("button", name="复制刚才填的内容")).to_be_visible()


def test_what_is_folded_away_is_printed(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/before-buying/example/")
    folded = page.locator("details:not([open], details details)")
    assert folded.count() > 3

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert folded.count() > 3


class Attentive(Person):
    """Asks a question of each page on the way; each answer is a fault."""

    question = ALONE

    def look(self) -> None:
        super().look()
        self.faults += [f"{self.page.url}: {each}" for each in self.page.evaluate(self.question)]


class Reader(Attentive):
    """Unfolds all of a page and looks at where its lines break."""

    question = BROKEN

    def look(self) -> None:
        folded = self.page.locator("main details:not([open])").count()
        self.page.evaluate(UNFOLD)
        super().look()
        if folded and self.step != "check":
            self.page.reload()


def test_without_pictures_everything_can_be_done(wechat: Page, live_server: Any) -> None:
    missing: list[str] = []

    def load(route: Route) -> None:
        if route.request.resource_type == "image":
            missing.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    wechat.route("**/*", load)
    person = Attentive(wechat, live_server.url)

    person.walk(story(RESERVED)["facts"])
    expect(wechat.locator("figure.parties figcaption")).to_contain_text("订单现在在运营商那里")
    assert not missing
    assert not person.faults

    wechat.get_by_role("link", name="长按图片保存").click()
    expect(wechat.get_by_role("heading", name="方案的图片")).to_be_visible(timeout=30_000)
    person.look()
    assert missing
    assert wechat.evaluate(ALONE) == []
    expect(wechat.get_by_text("要复制文字，请回到方案")).to_be_visible()


def test_dates_and_sums_stay_on_one_line_of_a_phone(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(**PHONE)
    person = Reader(context.new_page(), live_server.url)

    case = Case.objects.get(pk=person.walk(story(RESERVED)["facts"]))
    for size in ("large", "larger"):
        person.page.evaluate("(size) => { document.documentElement.className = size; }", size)
        assert person.page.evaluate(BROKEN) == []
    put(case, first_forks()["exit_over_three_years"].stored)
    person.page.goto(f"{live_server.url}/case/{case.pk}/exit_over_three_years/")
    person.look()

    expect(person.page.locator(".whole")).to_have_count(4)
    assert not person.faults
    context.close()


def test_what_somebody_copies_has_no_hidden_signs(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/example/")

    assert page.locator("pre .whole, pre span").count() == 0
    day = page.locator(".timeline .whole").first
    assert re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", day.inner_text())


def test_each_page_prints_whole_and_without_buttons(page: Page, live_server: Any) -> None:
    person = Person(page, live_server.url)
    case = person.arrive(story(RESERVED)["facts"])
    letter = page.locator("a[href*='/letters/'][href$='/']:not([href$='/read/'])").first
    addresses = [
        str(letter.get_attribute("href")),
        *(f"/case/{case}/{name}/" for name in ("payee", "stage", "channels", "exhibits", "papers")),
        *("/start/", "/before-buying/example/", "/privacy/", "/accessibility/"),
        f"/case/{case}/plan/",
    ]
    for address in addresses:
        page.goto(live_server.url + address)
        page.emulate_media(media="print")

        assert page.evaluate(LEFT_ON_PAPER) == [], address
        assert page.evaluate(CUT_OFF) == [], address
        headings = {_tight(heading) for heading in page.evaluate(HEADINGS)}
        assert _ends_of_pages(page).isdisjoint(headings), address
        assert page.locator("h1").is_visible()
    assert not person.faults


def test_the_plan_prints_the_texts_and_where_links_lead(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/example/")
    texts = page.locator("article > details > pre.letter").all_text_contents()
    assert texts

    paper = "".join(_tight(sheet) for sheet in _sheets(page))

    for text in texts:
        assert _tight(text.splitlines()[-1]) in paper
    assert "(https://" in paper


def _ends_of_pages(page: Page) -> set[str]:
    """The last line of each page of A4."""
    return {_tight(sheet.strip().rpartition("\n")[2]) for sheet in _sheets(page)}


def _sheets(page: Page) -> list[str]:
    """The words of each page of A4."""
    file = page.pdf(format="A4")
    return [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(file)).pages]


def _tight(text: str) -> str:
    """Without blanks, and with characters as they are typed, in place of Chromium's radicals."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).translate(RADICALS))
