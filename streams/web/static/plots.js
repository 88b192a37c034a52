// Throughput, latency, lag and outcomes over the last ten minutes, drawn by uPlot from the samples that the worker takes each second.

/* global uPlot */
import { el } from "./elements.js";
import { count, decimal, seconds, t } from "./words.js";

const KEPT = 600;
const HEIGHT = 74;

const rate = (sample) => sample.rates.done;
const milli = (s) => (s === null ? null : s * 1000);
const latency = (s) => (s === null ? t("no_latency") : seconds(s));

// Of each plot: its lines (value of a sample, colour, dashes), what stands large, and what beside it.
const PLOTS = {
  throughput: {
    lines: [[rate, "--accent", [], true]],
    now: (s) => [decimal(rate(s)), t("a_second")],
    more: (s) => [t("in_flight", { n: count(s.in_flight) }), t("memory", { mb: count(Math.round(s.memory / 1e6)) })],
  },
  latency: {
    lines: [[(s) => milli(s.p50), "--accent", []], [(s) => milli(s.p95), "--warm", [4, 3]]],
    now: (s) => [latency(s.p50), s.p50 === null ? "" : t("half_under")],
    more: (s) => (s.p95 === null ? [] : [`${t("most_under")} ${seconds(s.p95)}`]),
  },
  lag: {
    lines: [[(s) => s.lag, "--accent", [], true]],
    now: (s) => [count(s.lag), t("behind")],
    more: (s) => [t("seconds_old", { s: seconds(s.lag_seconds) })],
  },
  outcomes: {
    lines: [[(s) => s.rates.published, "--accent", []], [(s) => s.rates.dropped, "--warm", [4, 3]], [(s) => s.rates.dead_lettered, "--bad", [1, 3]]],
    now: (s) => [count(s.totals.published), t("published")],
    more: (s) => [`${count(s.totals.dropped)} ${t("dropped")}`, `${count(s.totals.dead_lettered)} ${t("dead_lettered")}`],
  },
};

export class Plots {
  #samples = [];
  #parts = new Map();
  #box = document.getElementById("plots");

  constructor() {
    for (const name of Object.keys(PLOTS)) {
      const tile = el("figure", { class: "plot", role: "group" }, el("figcaption"), el("div", { class: "canvas", role: "img" }));
      this.#box.append(tile);
      this.#parts.set(name, { tile, plot: null });
    }
    new ResizeObserver(() => this.rebuild()).observe(this.#box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.rebuild());
  }

  get last() {
    return this.#samples.at(-1) ?? null;
  }

  clear() {
    this.#samples = [];
  }

  add(samples) {
    this.#samples = [...this.#samples, ...samples].slice(-KEPT);
    this.draw();
  }

  /** Make the drawings anew: another size, other colours, other words. */
  rebuild() {
    for (const part of this.#parts.values()) {
      part.plot?.destroy();
      part.plot = null;
    }
    this.draw();
  }

  draw() {
    const sample = this.last;
    if (!sample) return;
    const times = this.#samples.map((each) => each.time);
    for (const [name, { tile }] of this.#parts) {
      const [value, unit] = PLOTS[name].now(sample);
      const more = PLOTS[name].more(sample);
      tile.firstChild.replaceChildren(el("span", { class: "label", text: t(name) }), el("span", { class: "value" }, el("strong", { text: value }), ` ${unit}`), el("span", { class: "faint", text: more.join(" · ") }));
      tile.lastChild.setAttribute("aria-label", t("plot", { name: t(name), value: [value, unit, ...more].join(" ") }));
      this.#line(name, [times, ...PLOTS[name].lines.map(([of]) => this.#samples.map(of))]);
    }
  }

  #line(name, data) {
    const part = this.#parts.get(name);
    const room = part.tile.lastChild;
    if (!room.clientWidth) return; // not in sight
    part.plot ??= new uPlot(options(name, room.clientWidth), data, room);
    part.plot.setData(data);
  }
}

function options(name, width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (each) => style.getPropertyValue(each).trim();
  const lines = PLOTS[name].lines.map(([, stroke, dash, filled]) => ({ stroke: colour(stroke), dash, width: 1.5, points: { show: false }, fill: filled ? colour("--accent-soft") : undefined }));
  const axis = { stroke: colour("--faint"), font: "10px system-ui", ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [6, 4, 6, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true, range: (_, low, high) => [Math.max(low, high - 600), Math.max(high, low + 15)] }, y: { range: (_, low, high) => [0, Math.max(high * 1.15, 1.2)] } },
    axes: [
      { ...axis, show: false },
      { ...axis, size: 42, gap: 4, splits: (_, __, low, high) => [0, nice(high / 1.2)], values: (_, ticks) => ticks.map((tick) => short(tick, name)), grid: { stroke: colour("--line"), width: 1 } },
    ],
    series: [{}, ...lines],
  };
}

/** A round number of at most this size. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 0.1)));
  return [5, 2, 1].map((step) => step * power).find((step) => step <= value) ?? power;
}

function short(tick, name) {
  const text = tick >= 1000 ? `${decimal(tick / 1000, tick % 1000 ? 1 : 0)}k` : decimal(tick, tick % 1 ? 1 : 0);
  if (name === "latency") return tick >= 1000 ? `${decimal(tick / 1000, tick % 1000 ? 1 : 0)}s` : `${text}ms`;
  return text;
}
