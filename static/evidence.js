"use strict";
// A box is drawn with the mouse, or by tapping two corners without a page in between.

const picture = document.querySelector(".blacken input");
const marks = document.querySelector(".blacken svg");
const form = document.getElementById("say-form");
const button = document.getElementById("add-box");
const line = document.querySelector("[data-next]");
let corner = null;
let done = false;

function at(event) {
  const { left, top, width, height } = picture.getBoundingClientRect();
  return [(event.clientX - left) / width, (event.clientY - top) / height]
    .map((part) => Math.min(Math.max(part, 0), 1));
}

function mark(name, values) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
  marks.replaceChildren(shape);
}

function box([left, top], [right, bottom]) {
  return {
    left: Math.min(left, right),
    top: Math.min(top, bottom),
    width: Math.abs(right - left),
    height: Math.abs(bottom - top),
  };
}

function draw({ left, top, width, height }) {
  const [w, h] = [picture.width, picture.height];
  mark("rect", { x: left * w, y: top * h, width: width * w, height: height * h });
}

function send(parts) {
  done = true;
  draw(parts);
  for (const [name, part] of Object.entries(parts)) form.elements[name].value = (part * 100).toFixed(3);
  // Not requestSubmit, which iOS 15 does not know.
  button.click();
}

let start = null;
for (const name of ["dragstart", "mousedown"]) {
  picture?.addEventListener(name, (event) => event.preventDefault());
}
picture?.addEventListener("pointerdown", (event) => {
  if (event.pointerType === "mouse") start = at(event);
});
addEventListener("pointermove", (event) => {
  if (start && !done) draw(box(start, at(event)));
});
addEventListener("pointerup", (event) => {
  if (!start || done) return;
  const parts = box(start, at(event));
  start = null;
  if (parts.width > 0.02 && parts.height > 0.002) send(parts);
});
picture?.addEventListener("click", (event) => {
  event.preventDefault();
  if (done) return;
  if (!event.detail) {
    // By the keyboard, which points nowhere: the numbers are its way.
    button.closest("details").open = true;
    form.elements.left.focus();
  } else if (corner) {
    send(box(corner, at(event)));
  } else {
    corner = at(event);
    mark("circle", { cx: corner[0] * picture.width, cy: corner[1] * picture.height, r: 6 });
    line.textContent = line.dataset.next;
    line.setAttribute("role", "status");
  }
});
