// The page: what comes from the worker goes into the store and the lists; what a reader does goes to the filters and the reader.

import { el, foreign } from "./elements.js";
import { letterRow, showLetter } from "./letters.js";
import { connect } from "./link.js";
import { List } from "./list.js";
import { Plots } from "./plots.js";
import { showArticle } from "./reader.js";
import { Store } from "./store.js";
import { Trends } from "./trends.js";
import { choose, clock, count, language, languageName, t, translate } from "./words.js";

const FOLLOW_MS = 6000; // an article stays for so long before the next one is opened
const SAY_MS = 15000; // between two announcements of what came
const SHOWN_LETTERS = 100;
const SHOWN_ALERTS = 50;

const $ = (id) => document.getElementById(id);
const store = new Store();
const list = new List(store, (card, byKey) => open(card, { byKey }));
const trends = new Trends((id, name) => only(id, name));
const plots = new Plots();
const letters = [];
const alerts = [];
const seen = { instance: null, fresh: 0, said: Date.now(), letters: 0, alerts: 0, skipped: 0, lostAt: null, opened: 0 };
const reading = { follow: true, card: null, kind: null, turn: 0 };
let entityName = "";

// --- from the worker -----------------------------------------------------------------------------------------------

connect("events", {
  hello(hello) {
    if (seen.instance !== null && seen.instance !== hello.instance) forget();
    seen.instance = hello.instance;
  },
  articles({ first, cards, skipped }) {
    const fresh = store.add(first, cards);
    for (const card of fresh) trends.count(card);
    seen.fresh += fresh.length;
    seen.skipped += skipped;
    list.draw();
    later();
  },
  letters({ cards }) {
    letters.push(...cards);
    letters.splice(0, letters.length - 500);
    seen.letters += cards.length;
    later();
  },
  trends({ cards }) {
    for (const card of cards) trends.level(card);
  },
  alerts({ cards }) {
    alerts.push(...cards);
    alerts.splice(0, alerts.length - 500);
    seen.alerts += cards.length;
    later();
  },
  samples({ cards }) {
    plots.add(cards);
    tellState();
    trends.draw(plots.last.time * 1000);
    list.draw(); // what held it still may be over
    announce();
    followNewest();
  },
  state(state) {
    if (state === "lost") seen.lostAt ??= Date.now();
    else if (seen.lostAt !== null) {
      seen.lostAt = null;
      say(t("found"));
    }
    tellState();
  },
});

/** Another worker answers: its numbers are others, and it tells all again. */
function forget() {
  store.clear();
  trends.clear();
  plots.clear();
  list.reset();
  letters.length = alerts.length = 0;
  Object.assign(seen, { fresh: 0, letters: 0, alerts: 0, skipped: 0 });
}

let waiting = 0;
function later() {
  waiting ||= setTimeout(() => {
    waiting = 0;
    drawLists();
    followNewest();
  }, 250);
}

// --- what is seen --------------------------------------------------------------------------------------------------

function drawLists() {
  const [shown, all] = [store.passed.length, store.cards.length];
  $("shown").textContent = store.filtered ? t("shown", { shown: count(shown), all: count(all) }) : t("shown_all", { all: count(all) });
  drawRows("letters", letters, SHOWN_LETTERS, (card) => letterRow(card, (each, byKey) => openLetter(each, byKey)));
  drawRows("alerts", alerts, SHOWN_ALERTS, alertRow);
  drawChoices("language", store.languages, languageName);
  drawChoices("source", store.sources, (source) => source);
}

const drawn = {};
function drawRows(name, cards, most, row) {
  const newest = cards.at(-1);
  $(`${name}-count`).textContent = seen[name] ? count(seen[name]) : "";
  $(`${name}-badge`).textContent = seen[name] ? count(seen[name]) : "";
  if (drawn[name] === (newest ?? language()) || $(`${name}-list`).contains(document.activeElement)) return;
  drawn[name] = newest ?? language();
  const rows = cards.slice(-most).reverse().map(row);
  $(`${name}-list`).replaceChildren(...(rows.length ? rows : [el("li", { class: "nothing", text: t(`no_${name}`) })]));
}

function alertRow(card) {
  const known = store.byId(card.article);
  const inside = [el("span", { class: `severity ${["low", "medium", "high", "critical"].includes(card.severity) ? card.severity : ""}` }, foreign(card.severity)), foreign(card.rule, { class: "who" }), el("span", { class: "faint" }, `${clock(card.time)} · `, foreign(card.because ?? "")), foreign(card.title ?? t("untitled"), { class: "message" })];
  const row = known ? el("button", { type: "button" }, ...inside) : el("div", {}, ...inside);
  if (known) row.addEventListener("click", (event) => open(known, { byKey: event.detail === 0 }));
  return el("li", {}, row);
}

function drawChoices(name, counts, say) {
  const select = $("filters").elements[name];
  const values = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, 200);
  const state = `${language()} ${values.toSorted().join("\n")}`;
  if (select.dataset.state === state || document.activeElement === select) return;
  select.dataset.state = state;
  const kept = store.filters[name];
  if (kept && !values.includes(kept)) values.push(kept);
  fill(select, name, values.map((value) => [value, say(value)]), kept);
}

function fill(select, name, choices, kept) {
  select.replaceChildren(el("option", { value: "", text: t(name) }), ...choices.map(([value, words]) => el("option", { value }, words)));
  select.value = kept;
}

function drawFixedChoices() {
  const { elements } = $("filters");
  fill(elements.mood, "mood", ["positive", "neutral", "negative", "unjudged"].map((each) => [each, t(each)]), store.filters.mood);
  fill(elements.type, "type", ["PER", "ORG", "LOC", "MISC"].map((each) => [each, t(each)]), store.filters.type);
}

function tellState() {
  const sample = plots.last;
  const [state, words] = seen.lostAt !== null ? ["lost", t("lost_short")] : sample === null ? ["connecting", t("connecting")] : stateOf(sample);
  $("state").dataset.state = state;
  if ($("state-text").textContent !== words) $("state-text").textContent = words;
  const lost = seen.lostAt === null ? "" : t("lost", { time: clock(seen.lostAt) });
  const notes = [lost, seen.skipped ? t("skipped", { n: count(seen.skipped) }) : "", sample?.unreadable ? t("unreadable", { n: count(sample.unreadable) }) : ""];
  const note = notes.filter(Boolean).join(" ");
  if ($("lost").textContent !== note) $("lost").textContent = note;
  $("lost").hidden = !note;
  $("lost").classList.toggle("mild", !lost);
  document.body.classList.toggle("gone", Boolean(lost));
}

function stateOf(sample) {
  if (!sample.model_loaded) return ["waiting", t("starting")];
  if (!sample.reachable) return ["troubled", t("unreachable")];
  if (sample.trouble) return ["troubled", t("troubled", { why: sample.trouble })];
  if (!sample.assigned) return ["waiting", t("joining")];
  if (sample.recovered === false) return ["waiting", t("recovering")];
  if (sample.progressing === false) return ["troubled", t("stalled")];
  return ["live", t("live")];
}

function say(words) {
  $("said").textContent = words;
}

/** Say what came, not too often, to who listens instead of looking. */
function announce() {
  if (!seen.fresh || list.paused || Date.now() - seen.said < SAY_MS) return;
  say(t("new_articles", { n: count(seen.fresh) }));
  seen.fresh = 0;
  seen.said = Date.now();
}

// --- reading -------------------------------------------------------------------------------------------------------

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error ?? answer.statusText);
  return value;
}

/** Open an article; by the keyboard it goes along. */
async function open(card, { byKey = false, following = false } = {}) {
  if (!following) setFollow(false);
  list.selected = card.n;
  list.draw();
  await show("article", card, `articles/${card.place.join("/")}`, (answer) => showArticle($("reading"), card, answer, { store, onEntity: only, onOpen: (each) => open(each, { byKey: true }) }), { byKey, following });
}

async function openLetter(card, byKey) {
  setFollow(false);
  await show("letter", card, `letters/${card.place.join("/")}`, (answer) => showLetter($("reading"), card, answer), { byKey });
}

async function show(kind, card, address, draw, { byKey, following = false }) {
  const turn = (reading.turn += 1);
  Object.assign(reading, { card, kind });
  seen.opened = Date.now();
  if (!following) document.body.dataset.open = "";
  try {
    const answer = await ask(address);
    if (turn !== reading.turn) return; // another one was opened meanwhile
    reading.draw = () => draw(answer);
    draw(answer);
  } catch (error) {
    if (turn !== reading.turn || following) return;
    reading.draw = null;
    $("reading").replaceChildren(el("h2", { id: "reader-title" }, foreign(card.title ?? card.reason ?? "")), el("p", { class: "notice" }, t("failed", { why: "" }), foreign(error.message)));
  }
  $("reader").scrollTop = 0;
  if (byKey) $("reader").focus({ preventScroll: true });
}

function setFollow(follow) {
  reading.follow = follow;
  $("follow").setAttribute("aria-pressed", String(follow));
}

/** Open the newest article, if that is wanted and the one before had its time. */
function followNewest() {
  const newest = store.passed.at(-1);
  const due = reading.card === null || Date.now() - seen.opened > FOLLOW_MS;
  if (reading.follow && !list.paused && due && newest && newest !== reading.card) open(newest, { following: true });
}

// --- what a reader does --------------------------------------------------------------------------------------------

function applyFilters(changes) {
  store.filter(changes);
  list.toTop();
  drawLists();
  clearTimeout(applyFilters.said);
  applyFilters.said = setTimeout(() => say(t("just_filter", { n: count(store.passed.length) })), 600);
}

/** Only articles about one entity; once more for the same shows all again. */
function only(id, name) {
  const same = store.filters.entity === id;
  entityName = same ? "" : name;
  applyFilters({ entity: same ? "" : id });
  drawEntityFilter();
  part("articles");
}

function drawEntityFilter() {
  $("entity-filter").hidden = !store.filters.entity;
  $("entity-clear").replaceChildren(t("only", { name: "" }), foreign(entityName), el("span", { "aria-hidden": "true", text: " ×" }), el("span", { class: "unseen", text: `, ${t("clear")}` }));
}

function part(name) {
  document.body.dataset.view = name;
  delete document.body.dataset.open;
  for (const each of document.querySelectorAll("[data-part]")) each.setAttribute("aria-current", String(each.dataset.part === name));
  if (name === "worker") plots.rebuild();
  list.draw();
}

function drawAll() {
  translate();
  $("pause").textContent = t(list.paused ? "resume" : "pause");
  drawFixedChoices();
  for (const name of ["letters", "alerts"]) delete drawn[name];
  drawLists();
  drawEntityFilter();
  list.redraw();
  plots.rebuild();
  tellState();
  if (plots.last) trends.draw(plots.last.time * 1000);
  reading.draw?.();
}

$("filters").addEventListener("input", ({ target }) => applyFilters({ [target.name]: target.value.trim() }));
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("entity-clear").addEventListener("click", () => only(store.filters.entity, ""));
$("pause").addEventListener("click", () => {
  list.paused = !list.paused;
  $("pause").setAttribute("aria-pressed", String(list.paused));
  $("pause").textContent = t(list.paused ? "resume" : "pause");
  list.draw();
});
$("follow").addEventListener("click", () => {
  setFollow(!reading.follow);
  seen.opened = 0;
  followNewest();
});
function back() {
  const kind = reading.kind;
  delete document.body.dataset.open;
  if (kind === "article") list.focusSelected();
}
$("back").addEventListener("click", back);
$("reader").addEventListener("keydown", (event) => {
  if (event.key === "Escape") back();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  part("articles");
  list.focusSelected();
});
for (const each of document.querySelectorAll("[data-part]")) each.addEventListener("click", () => part(each.dataset.part));
for (const each of document.querySelectorAll("[data-words]")) {
  each.addEventListener("click", () => {
    choose(each.dataset.words);
    drawAll();
  });
}
drawAll();
part("articles");
