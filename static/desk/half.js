"use strict";
// Keeps what is typed into a form with data-keep as a draft of its author, a moment after each
// pause and when the page is left. Without this file it is kept when the form is sent.

const PAUSE = 2000;
const AGAIN = 15000;
const unkept = new Set();
let timer = 0;

async function keep(form, options = {}) {
  unkept.delete(form);
  const sent = new URLSearchParams(new FormData(form));
  sent.set("nav", "keep");
  const line = form.querySelector(".half-line");
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, ...options });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const said = await answer.text();
    if (line.textContent !== said) line.textContent = said;
    form.querySelector(".half-drop").hidden = !said;
  } catch {
    line.textContent = line.dataset.failed;
    unkept.add(form);
    later(AGAIN);
  }
}

function keepAll(options) {
  clearTimeout(timer);
  return Promise.all([...unkept].map((form) => keep(form, options)));
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(keepAll, pause);
}

function count(words) {
  const line = words.form.querySelector(".half-count");
  if (!line) return;
  const [written, longest] = [words.value.length, Number(words.dataset.longest)];
  line.textContent = `${written} / ${longest}`;
  line.classList.toggle("over", written > longest);
}

document.addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-keep]")) return;
  if (target.dataset.longest) count(target);
  unkept.add(target.form);
  later(PAUSE);
});

// Another form of the page loads it anew: first what stands typed here is kept.
document.addEventListener("submit", async (event) => {
  if (unkept.delete(event.target)) clearTimeout(timer);
  if (!unkept.size) return;
  event.preventDefault();
  await keepAll();
  if (!unkept.size) event.target.requestSubmit(event.submitter);
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keepAll({ keepalive: true });
});

// A note is written on a page of its own where this file does not run.
for (const form of document.querySelectorAll(".work-note[hidden]")) form.hidden = false;
for (const link of document.querySelectorAll(".note-page")) link.hidden = true;
for (const words of document.querySelectorAll("[data-keep] [data-longest]")) {
  count(words);
  // Typed before this file came, or put back by the browser.
  if (words.value !== words.defaultValue) {
    unkept.add(words.form);
    later(PAUSE);
  }
}
