"use strict";
// Everything here is a convenience: each page works without it.

const root = document.documentElement;
const status = document.getElementById("status");

function say(words) {
  if (status) status.textContent = words;
}

// ---- copying

function textOf(element) {
  return "value" in element ? element.value : element.textContent.trim();
}

// The ways to copy, best first: WebViews of chat apps refuse the first, some the second too.
function copyByCommand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  area.readOnly = true;
  document.body.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    copied = false;
  }
  area.remove();
  return copied;
}

function select(element) {
  if (element.select) {
    element.select();
    return;
  }
  getSelection().selectAllChildren(element);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = textOf(source);
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    copied = copyByCommand(text);
  }
  if (!copied) select(source);
  const words = copied ? "已复制" : "请长按选中的文字复制";
  button.dataset.label ??= button.textContent;
  button.textContent = words;
  say(words);
  setTimeout(() => { button.textContent = button.dataset.label; }, 3000);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-copy]");
  if (button) copy(button);
});

// ---- what a page, or a part of it that htmx put in, shows only where scripts run

function count(place) {
  const area = document.getElementById(place.dataset.counts);
  const most = Number(place.dataset.most);
  // As the server counts: characters, and a line end is one.
  const length = [...area.value].length;
  place.textContent = length > most
    ? `超出 ${length - most} 字，请删短，或分几次。`
    : `已写 ${length} 字，最多 ${most} 字。`;
}

function follow(place) {
  let waiting = 0;
  place.hidden = false;
  count(place);
  // Set after the first count, and updated in a pause only: nobody wants every letter read out.
  place.setAttribute("aria-live", "polite");
  document.getElementById(place.dataset.counts).addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => count(place), 800);
  });
}

function prepare(part) {
  for (const button of part.querySelectorAll("button[data-copy]")) button.hidden = false;
  for (const place of part.querySelectorAll("[data-counts][hidden]")) follow(place);
}

prepare(document);
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  prepare(document);
  // A page that took the place of the form begins with what is to be mended.
  if (detail.target.id === "main") document.getElementById("error-summary")?.focus();
  // What is put in with its words already there is not read out by itself.
  const news = detail.target.querySelector("[role='status']");
  // The same words again and again, as of what is kept while typing, are read out once.
  const words = news?.textContent.trim();
  if (words && words !== detail.target.dataset.told) say(detail.target.dataset.told = words);
});

// ---- sending

// A second click on a button within a second sends nothing; the server would bear it as well. It
// is stopped before htmx sees it. Coming back to a page by the browser's own button starts anew.
let sent = new WeakMap();
addEventListener("pageshow", () => { sent = new WeakMap(); });
addEventListener("submit", (event) => {
  const pressed = event.submitter ?? event.target;
  const before = sent.get(pressed) ?? -Infinity;
  if (event.timeStamp - before < 1000) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else {
    sent.set(pressed, event.timeStamp);
  }
}, true);

document.querySelector("#error-summary, #conflict")?.focus();

// A box for 不清楚 is emptied by typing beside it, but for a month whose day is not clear; and
// 以上都没有 by another box, and the reverse.
for (const question of document.querySelectorAll(".question")) {
  const unknown = question.querySelector("input[type='checkbox'][name$='_unknown']");
  if (unknown) {
    question.addEventListener("input", (event) => {
      const { name, type, value } = event.target;
      if (type === "text" && value && !/_(year|month)$/.test(name)) unknown.checked = false;
    });
  }
  const alone = question.querySelectorAll("input[value='none_of_these'], .choices input[type='checkbox'][value='unknown']");
  question.addEventListener("change", ({ target }) => {
    if (!alone.length || target.type !== "checkbox" || !target.checked) return;
    const isAlone = [...alone].includes(target);
    for (const box of question.querySelectorAll("input[type='checkbox']")) {
      if (box !== target && (isAlone || [...alone].includes(box))) box.checked = false;
    }
  });
}

// ---- what htmx could not do is said beside the place that asked; nothing typed is touched

function complain(element) {
  const line = document.createElement("p");
  line.className = "warning trouble";
  line.setAttribute("role", "alert");
  line.textContent = element.matches("form")
    ? "这次没有成功，您填的都还在。请过一会儿再点一次。"
    : "这里暂时没有更新，不影响您继续填。";
  element.append(line);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  detail.elt.querySelector(".trouble")?.remove();
});
// A page that keeps what was typed takes the place of the form that was sent.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const whole = detail.isError && detail.xhr.getResponseHeader("HX-Retarget");
  if (whole && detail.requestConfig.elt.matches("form")) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
// While the next page is on its way, WebKit ends whatever else is under way: nothing to complain of.
const ON_THE_WAY = 10000;
let left = -Infinity;
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) left = event.timeStamp;
});
addEventListener("click", ({ target, timeStamp }) => {
  if (target.closest("a[href]:not([href^='#'])")) left = timeStamp;
});
document.addEventListener("htmx:sendError", ({ detail, timeStamp }) => {
  if (timeStamp - left > ON_THE_WAY) complain(detail.elt);
});
for (const fault of ["responseError", "timeout"]) {
  document.addEventListener(`htmx:${fault}`, ({ detail }) => complain(detail.elt));
}

// ---- the size of letters changes at once: going through the server would lose what is typed

document.querySelector("form.text-size")?.addEventListener("click", (event) => {
  const form = event.currentTarget;
  const pressed = event.target.closest("button");
  if (!pressed) return;
  const { value, textContent } = pressed;
  event.preventDefault();
  const data = new FormData(form);
  data.append("size", value);
  // Should it not arrive, the size holds for this page.
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
  root.className = value;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
  say(`字号：${textContent.trim()}`);
});

// ---- 已保存 is read out when something was saved since the page before

const saved = document.querySelector("[data-saved]")?.dataset.saved;
try {
  if (saved && saved !== sessionStorage.getItem("saved")) {
    sessionStorage.setItem("saved", saved);
    setTimeout(() => say("已保存"), 1000);
  }
} catch {
  // Storage is switched off: the words stand on the page all the same.
}

// ---- what is folded away belongs on paper too

let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open], details details, .pictures)")];
  for (const each of unfolded) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of unfolded) each.open = false;
});

// `/resume/#CODE` fills the form; the code leaves the address at once and is sent by POST only.
const code = document.querySelector("#resume input[name='code']");
if (code && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
