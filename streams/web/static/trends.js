// What trends: how often each name came in the last ten minutes, by ten seconds, as far as this page's articles go. A level comes
// from the topic of trends, where the worker compares a name with its own past.

import { el, foreign, sparkline } from "./elements.js";
import { GLYPHS, kind } from "./signs.js";
import { entityOf } from "./store.js";
import { count, decimal, signed, t, word } from "./words.js";

const STEP_MS = 10_000;
const STEPS = 60;
const SHOWN = 14;

export class Trends {
  #names = new Map();
  #levels = new Map();
  #list = document.getElementById("trends-list");

  constructor(onEntity) {
    this.onEntity = onEntity;
  }

  clear() {
    this.#names.clear();
    this.#levels.clear();
  }

  /** Count the names of a card. */
  count(card) {
    const step = Math.floor(card.time / STEP_MS);
    for (const { id, name, type, score } of card.entities.map(entityOf)) {
      let each = this.#names.get(id);
      if (!each) this.#names.set(id, (each = { id, name, type, steps: new Map(), moods: new Map() }));
      each.name = name;
      each.steps.set(step, (each.steps.get(step) ?? 0) + 1);
      if (score !== null) each.moods.set(step, [...(each.moods.get(step) ?? []), score]);
    }
  }

  /** Take what the topic of trends says of an entity in one window. */
  level(card) {
    const levels = this.#levels.get(card.entity) ?? new Map();
    levels.set(card.window, card);
    this.#levels.set(card.entity, levels);
  }

  /** Draw the list as of a time. */
  draw(now) {
    const last = Math.floor(now / STEP_MS);
    const first = last - STEPS + 1;
    const rows = [];
    for (const [id, each] of this.#names) {
      for (const counts of [each.steps, each.moods]) for (const step of counts.keys()) if (step < first) counts.delete(step);
      const total = [...each.steps.values()].reduce((sum, n) => sum + n, 0);
      if (total) rows.push({ ...each, total, top: this.#top(id) });
      else this.#names.delete(id);
    }
    rows.sort((a, b) => (b.top?.level ?? 0) - (a.top?.level ?? 0) || b.total - a.total || a.name.localeCompare(b.name));
    const held = document.activeElement?.closest?.("#trends-list") ? document.activeElement.dataset.id : null;
    this.#list.replaceChildren(...rows.slice(0, SHOWN).map((row) => this.#row(row, first)));
    if (!rows.length) this.#list.append(el("li", { class: "nothing", text: t("no_trends") }));
    // The rows are new; whoever had the keyboard on one of them keeps it.
    if (held !== null) [...this.#list.querySelectorAll("button")].find((each) => each.dataset.id === held)?.focus({ preventScroll: true });
  }

  #top(id) {
    return [...(this.#levels.get(id)?.values() ?? [])].filter((each) => each.level > 0).sort((a, b) => b.level - a.level)[0];
  }

  #row(each, first) {
    const name = kind(each.type);
    const counts = Array.from({ length: STEPS }, (_, place) => each.steps.get(first + place) ?? 0);
    const moods = [...each.moods.values()].flat();
    const mood = moods.length ? moods.reduce((sum, score) => sum + score, 0) / moods.length : null;
    const button = el("button", { type: "button", "data-id": each.id, title: t("only_entity", { name: each.name }) },
      el("span", { class: `glyph ${name}`, "aria-hidden": "true", text: GLYPHS[name] }), el("span", { class: "unseen", text: `${word(each.type)}: ` }), foreign(each.name, { class: "who" }));
    if (each.top) button.append(level(each.top));
    button.append(sparkline(counts), el("span", { class: "total", text: count(each.total) }));
    if (mood !== null) button.append(el("span", { class: `score ${mood > 0.15 ? "positive" : mood < -0.15 ? "negative" : "neutral"}`, text: signed(mood) }));
    button.addEventListener("click", () => this.onEntity(each.id, each.name));
    return el("li", {}, button);
  }
}

function level(top) {
  const told = `${top.window}: ${t("expected", { count: count(top.count), expected: decimal(top.expected) })}`;
  return el("span", { class: "level", title: told }, el("span", { "aria-hidden": "true", text: "▲".repeat(Math.min(3, top.level)) }), el("span", { class: "unseen", text: t("level", { n: top.level }) }));
}
