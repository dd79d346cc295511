"use strict";
// Everything here is a convenience: each page works without it.

const status = document.getElementById("status");

function say(words) {
  if (status) status.textContent = words;
}

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

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

// A second click within a second sends nothing; the server would bear it as well.
for (const form of document.querySelectorAll("form[method='post']")) {
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < 1000) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

document.getElementById("error-summary")?.focus();

// A box for 不清楚 is emptied by typing beside it, and 以上都没有 by another box, and the reverse.
for (const question of document.querySelectorAll(".question")) {
  const unknown = question.querySelector("input[type='checkbox'][name$='_unknown']");
  if (unknown) {
    question.addEventListener("input", (event) => {
      if (event.target.type === "text" && event.target.value) unknown.checked = false;
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

// `/resume/#CODE` fills the form; the code leaves the address at once and is sent by POST only.
const code = document.querySelector("#resume input[name='code']");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
