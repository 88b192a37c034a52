// Dead letters: the list with the reasons, and one of them with its headers and its bytes.

import { el, foreign } from "./elements.js";
import { clock, count, t } from "./words.js";

const ROW = 16;
const SHOWN_ROWS = 256;

/** One line of the list. */
export function letterRow(card, onOpen) {
  const button = el("button", { type: "button" }, el("span", { class: "reason" }, foreign(`${card.stage}/${card.reason}`)), el("span", { class: "faint", text: `${clock(card.time)} · ${size(card.size)}` }), foreign(card.message, { class: "message" }));
  button.addEventListener("click", (event) => onOpen(card, event.detail === 0));
  return el("li", {}, button);
}

const size = (bytes) => (bytes === null ? t("tombstone") : t("size", { n: count(bytes) }));

/** Show a dead letter; `answer` is what the worker gave for the card. */
export function showLetter(box, card, answer) {
  const bytes = Uint8Array.from(atob(answer.bytes), (each) => each.charCodeAt(0));
  const page = el("article", { class: "letter" },
    el("p", { class: "kicker" }, el("span", { text: t("letter") }), el("time", { text: clock(card.time) })),
    el("h2", { id: "reader-title" }, foreign(`${card.stage}/${card.reason}`)),
    el("p", { class: "why", dir: "auto" }, foreign(card.message)),
    el("dl", {}, ...facts(card)),
    el("h3", { text: t("bytes") }),
    dump(bytes, answer.size),
    el("p", {}, el("a", { href: `letters/${card.place.join("/")}/bytes`, download: true, text: t("save") })),
    el("details", {}, el("summary", { text: t("headers") }), el("dl", {}, ...answer.headers.flatMap(([name, value]) => [el("dt", {}, foreign(name)), el("dd", {}, foreign(value))]))),
  );
  box.replaceChildren(page);
}

function facts(card) {
  const told = [["came_from", card.origin], ["key", card.key], ["attempts", count(card.attempts)]];
  return told.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", { text: t(name) }), el("dd", {}, foreign(value))]);
}

/** Bytes as they are read in a terminal: place, hexadecimal, and what is printable of them. */
function dump(bytes, all) {
  const shown = bytes.subarray(0, ROW * SHOWN_ROWS);
  const lines = [];
  for (let at = 0; at < shown.length; at += ROW) {
    const row = [...shown.subarray(at, at + ROW)];
    const hex = row.map((each) => each.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((each) => (each >= 32 && each < 127 ? String.fromCharCode(each) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(ROW * 3 - 1)}  ${text}`);
  }
  const label = all === null ? t("tombstone") : t("bytes_shown", { n: count(shown.length), all: size(all) });
  return el("div", {}, el("p", { class: "faint", text: label }), el("pre", { tabindex: "0", role: "region", "aria-label": t("bytes"), text: lines.join("\n") }));
}
