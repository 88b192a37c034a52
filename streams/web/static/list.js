// The list of articles: whatever its length, only the rows in sight are there. Newest first.
//
// It holds still while someone reads it: paused, scrolled down, a pointer moving over it, the keyboard in it. What came
// meanwhile is counted on a button.

import { el, foreign } from "./elements.js";
import { clock, count, languageName, t, word } from "./words.js";
import { entityOf } from "./store.js";
import { GLYPHS, MOOD_SIGNS, kind } from "./signs.js";

const AROUND = 6; // rows beyond the edges
const STILL_MS = 2500; // after the pointer's last move

export class List {
  #rows = new Map();
  #limit = Infinity; // the newest number shown while holding still
  #moved = 0;
  #focused = null;
  #asked = false;
  paused = false;
  selected = null;

  constructor(store, open) {
    this.store = store;
    this.open = open;
    this.box = document.getElementById("stream");
    this.list = document.getElementById("rows");
    this.newer = document.getElementById("newer");
    this.box.addEventListener("scroll", () => this.draw(), { passive: true });
    this.box.addEventListener("pointermove", () => (this.#moved = Date.now()), { passive: true });
    this.box.addEventListener("pointerleave", () => (this.#moved = 0));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("focusin", (event) => (this.#focused = Number(event.target.closest("li")?.dataset.n ?? NaN)));
    this.list.addEventListener("focusout", () => (this.#focused = null));
    this.list.addEventListener("click", (event) => this.#click(event));
    this.newer.addEventListener("click", () => this.toTop());
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /** Ask for a drawing with the next frame. */
  draw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  /** Draw every row anew: other words. */
  redraw() {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.draw();
  }

  /** Begin anew: the numbers are others. */
  reset() {
    this.selected = null;
    this.#focused = null;
    this.#limit = Infinity;
    this.redraw();
  }

  toTop() {
    this.#limit = Infinity;
    this.#moved = 0;
    this.box.scrollTop = 0;
    this.draw();
  }

  get #held() {
    return this.paused || this.box.scrollTop > 4 || this.#focused !== null || Date.now() - this.#moved < STILL_MS;
  }

  /** How many of those that passed are shown. */
  #shown() {
    const { passed } = this.store;
    if (!this.#held) this.#limit = Infinity;
    else if (this.#limit === Infinity) this.#limit = this.store.cards.at(-1)?.n ?? Infinity;
    let shown = passed.length;
    while (shown > 0 && passed[shown - 1].n > this.#limit) shown -= 1;
    return shown;
  }

  #height() {
    return parseFloat(getComputedStyle(this.list).getPropertyValue("--row-px")) || this.list.firstElementChild?.offsetHeight || 100;
  }

  #draw() {
    const { passed } = this.store;
    const shown = this.#shown();
    const height = this.#height();
    this.list.style.height = `${shown * height}px`;
    const from = Math.max(0, Math.floor(this.box.scrollTop / height) - AROUND);
    const to = Math.min(shown, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + AROUND);
    const wanted = new Map();
    for (let place = from; place < to; place += 1) wanted.set(passed[shown - 1 - place].n, place);
    if (this.#focused !== null && !wanted.has(this.#focused)) this.#keepFocused(wanted, shown);
    this.#place(wanted, shown, height);
    const more = passed.length - shown;
    this.newer.hidden = more === 0;
    if (more) this.newer.textContent = `↑ ${t("newer", { n: count(more) })}`;
    const nothing = document.getElementById("nothing");
    nothing.hidden = passed.length > 0;
    nothing.textContent = t(this.store.cards.length ? "nothing" : "nothing_yet");
  }

  #keepFocused(wanted, shown) {
    const place = this.store.passed.findIndex((card) => card.n === this.#focused);
    if (place >= 0 && place < shown) wanted.set(this.#focused, shown - 1 - place);
  }

  #place(wanted, shown, height) {
    for (const [n, row] of this.#rows) {
      if (wanted.has(n)) continue;
      row.remove();
      this.#rows.delete(n);
    }
    let before = this.list.firstElementChild;
    for (const [n, place] of [...wanted].sort((a, b) => a[1] - b[1])) {
      let row = this.#rows.get(n);
      if (!row) this.#rows.set(n, (row = makeRow(this.store.passed[shown - 1 - place])));
      row.style.transform = `translateY(${place * height}px)`;
      row.setAttribute("aria-posinset", place + 1);
      row.setAttribute("aria-setsize", shown);
      row.classList.toggle("open", n === this.selected);
      row.querySelector("button").setAttribute("aria-current", n === this.selected ? "true" : "false");
      // One stop of the tab key for the whole list: the open article, or the first.
      row.querySelector("button").tabIndex = n === this.#focused || (this.#focused === null && (n === this.selected || place === 0)) ? 0 : -1;
      if (row === before) before = before.nextElementSibling;
      else this.list.insertBefore(row, before);
    }
  }

  #click(event) {
    const n = Number(event.target.closest("li")?.dataset.n ?? NaN);
    const card = this.store.passed.find((each) => each.n === n);
    if (card) this.open(card, event.detail === 0);
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.#height()) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const shown = this.#shown();
    const now = shown - 1 - this.store.passed.findIndex((card) => card.n === this.#focused);
    this.focusPlace(Math.min(shown - 1, Math.max(0, now + steps[event.key])));
  }

  /** Bring a row into sight and put the keyboard there. */
  focusPlace(place) {
    const card = this.store.passed[this.#shown() - 1 - place];
    if (!card) return;
    const height = this.#height();
    this.#focused = card.n;
    if (place * height < this.box.scrollTop) this.box.scrollTop = place * height;
    else if ((place + 1) * height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = (place + 1) * height - this.box.clientHeight;
    this.#draw();
    this.#rows.get(card.n)?.querySelector("button").focus({ preventScroll: true });
  }

  /** Put the keyboard on the open article, or the first. */
  focusSelected() {
    const place = this.store.passed.findIndex((card) => card.n === this.selected);
    this.focusPlace(place < 0 ? 0 : this.#shown() - 1 - place);
  }
}

function makeRow(card) {
  const mood = card.mood[0] ?? "unjudged";
  const facts = el("p", { class: "facts" }, el("time", { text: clock(card.time) }), foreign(card.source ?? t("no_source"), { class: "source" }));
  if (card.agency) facts.append(foreign(card.agency, { class: "agency" }));
  if (card.copies) facts.append(el("span", { class: "copies", text: `×${count(card.copies + 1)}` }));
  facts.append(el("span", { class: "code", text: card.language, title: languageName(card.language) }), el("span", { class: `mood ${mood}`, text: MOOD_SIGNS[mood] }, el("span", { class: "unseen", text: t(mood) })));
  const names = el("p", { class: "names" });
  for (const entity of card.entities.slice(0, 6).map(entityOf)) {
    names.append(el("span", { class: `name ${kind(entity.type)}` }, el("span", { "aria-hidden": "true", text: `${GLYPHS[kind(entity.type)]} ` }), el("span", { class: "unseen", text: `${word(entity.type)}: ` }), foreign(entity.name)), " ");
  }
  const button = el("button", { type: "button", class: "headline", dir: "auto", lang: card.language === "und" ? null : card.language }, card.title ?? t("untitled"));
  return el("li", { class: `row ${mood}`, "data-n": card.n }, facts, button, names);
}
