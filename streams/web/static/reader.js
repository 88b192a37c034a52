// One article: its text with the names lit up where they stand, the moods, and where it all comes from.

import { el, foreign, outward } from "./elements.js";
import { paragraphs, spans, tones } from "./marks.js";
import { GLYPHS, MOOD_SIGNS, kind } from "./signs.js";
import { clock, count, languageName, percent, signed, stated, t, word } from "./words.js";

const FIRST = 5; // names of one type before the rest is folded away
const ORDER = ["PER", "ORG", "LOC", "MISC", "OTHER"];
const dark = new Set(); // types that are not lit up, whichever article is open

/** A mood as a bar to either side of its middle, with its words. */
export function moodBar(sentiment) {
  const { label, score } = sentiment;
  const bar = el("span", { class: `bar ${label}`, "aria-hidden": "true" }, el("i"));
  const share = Math.min(1, Math.abs(score)) * 50;
  bar.firstChild.style.width = `${share}%`;
  bar.firstChild.style.left = `${score < 0 ? 50 - share : 50}%`;
  return bar;
}

const moodWords = (sentiment) => `${MOOD_SIGNS[sentiment.label]} ${word(sentiment.label)}`;

function masthead(article, time) {
  const kicker = el("p", { class: "kicker" }, foreign(article.source ?? t("no_source")));
  if (article.agency) kicker.append(el("span", {}, `${t("agency")} `, foreign(article.agency)));
  kicker.append(el("span", { text: languageName(article.language.code) }), el("time", { text: clock(time) }));
  const title = el("h2", { id: "reader-title", dir: "auto", lang: languageTag(article) }, article.title || t("untitled"));
  const facts = el("p", { class: "byline" });
  const people = (article.byline ?? []).slice(0, 12).flatMap(({ name, role }, place) => [place ? ", " : "", foreign(name), " (", foreign(role), ")"]);
  const from = [article.dateline?.publisher, article.dateline?.place].filter(Boolean);
  if (article.published_at) facts.append(el("span", {}, foreign(stated(article.published_at))));
  if (people.length) facts.append(el("span", {}, `${t("by")} `, ...people));
  if (from.length) facts.append(el("span", {}, `${t("from")} `, foreign(from.join(", "))));
  if (article.version > 1) facts.append(el("span", { text: t("version", { n: count(article.version) }) }));
  return [kicker, title, facts];
}

const languageTag = (article) => (/^[a-z]{2,3}$/.test(article.language.code) && article.language.code !== "und" ? article.language.code : null);

function wholeMood(article) {
  const mood = article.sentiment;
  const line = el("p", { class: "whole-mood", title: t("moods_note") }, el("span", { class: "label", text: t("whole_mood") }));
  if (!mood) line.append(el("span", { class: "unjudged" }, t("no_mood", { why: "" }), foreign((article.sentiment_reason ?? "").replaceAll("_", " "))));
  else line.append(moodBar(mood), el("strong", { class: mood.label, text: moodWords(mood) }), el("span", { text: signed(mood.score) }), el("span", { class: "faint", text: t("sure", { p: percent(mood.confidence) }) }), ...toneCounts(article));
  return line;
}

/** How many sentences are good or bad news, in the look that they have in the text. */
function toneCounts(article) {
  const counted = ["positive", "negative"].map((label) => [label, (article.sentences ?? []).filter((each) => each.label === label).length]);
  return counted.filter(([, n]) => n).map(([label, n]) => el("span", { class: `tone ${label}`, text: t(n === 1 ? "tone" : "tones", { n: count(n), mood: word(label) }) }));
}

/** The names by type: each type a switch, each name a filter with the mood towards it. */
function cast(article, onEntity) {
  const kinds = Map.groupBy ? Map.groupBy(article.entities, (each) => kind(each.type)) : groupBy(article.entities);
  const box = el("div", { class: "cast" });
  for (const each of ORDER.filter((name) => kinds.has(name))) {
    const entities = kinds.get(each).toSorted((a, b) => b.salience - a.salience);
    const name = each === "OTHER" ? t("other_type") : word(each);
    const lamp = el("button", { type: "button", class: `switch ${each}`, "aria-pressed": String(!dark.has(each)), "data-kind": each, "aria-label": t("show_type", { type: name }) }, el("span", { "aria-hidden": "true", text: GLYPHS[each] }), ` ${name} `, el("span", { class: "faint", text: count(entities.length) }));
    const list = el("ul");
    for (const entity of entities) list.append(el("li", {}, entityButton(entity, each, onEntity)));
    if (entities.length > FIRST + 1) shorten(list);
    box.append(el("div", { class: "kind" }, lamp, list));
  }
  return box;
}

/** Leave the names that the article is most about, and a button for the others. */
function shorten(list) {
  const others = [...list.children].slice(FIRST);
  const more = el("li", {}, el("button", { type: "button", class: "more", text: t("more", { n: count(others.length) }) }));
  for (const each of others) each.hidden = true;
  more.firstChild.addEventListener("click", () => {
    for (const each of others) each.hidden = false;
    more.remove();
    others[0].querySelector("button").focus();
  });
  list.append(more);
}

function groupBy(entities) {
  const found = new Map();
  for (const each of entities) found.set(kind(each.type), [...(found.get(kind(each.type)) ?? []), each]);
  return found;
}

function entityButton(entity, name, onEntity) {
  const button = el("button", { type: "button", class: `entity ${name}`, title: t("only_entity", { name: entity.name }) }, foreign(entity.name));
  if (entity.count > 1) button.append(el("span", { class: "times", text: `×${count(entity.count)}` }));
  const mood = entity.sentiment;
  if (mood) button.append(el("span", { class: `score ${mood.label}`, text: signed(mood.score) }), el("span", { class: "unseen", text: word(mood.label) }));
  button.addEventListener("click", () => onEntity(entity.id, entity.name));
  return button;
}

function body(article, marks) {
  const text = el("div", { class: "text", lang: languageTag(article) });
  for (const said of paragraphs(article.text, marks, tones(article.text, article.sentences))) {
    const paragraph = el("p", { dir: "auto" });
    for (const { sentence, pieces } of said) {
      const words = pieces.map((piece) => (typeof piece === "string" ? piece : mark(article.entities[piece[1]], piece[0])));
      if (sentence === null) paragraph.append(...words);
      else paragraph.append(tone(sentence, words));
    }
    text.append(paragraph);
  }
  return text;
}

/** A sentence that is good or bad news: tinted, with a sign behind it. */
function tone({ label, score }, words) {
  const told = `${moodWords({ label })} ${signed(score)}`;
  return el("span", { class: `tone ${label}`, title: told, "aria-description": told }, ...words);
}

function mark(entity, named) {
  const name = kind(entity.type);
  const told = `${name === "OTHER" ? entity.type : word(name)}: ${entity.name}`;
  return el("mark", { class: name, title: entity.sentiment ? `${told} · ${moodWords(entity.sentiment)}` : told, "aria-description": told, text: named });
}

function story(article, card, store, onOpen) {
  const told = article.story;
  if (!told || typeof told !== "object") return null;
  const section = el("section", { class: "story" }, el("h3", { text: t("story") }));
  section.append(el("p", { text: told.copies > 0 ? t("copies", { n: count(told.copies) }) : told.duplicate_of ? "" : t("no_copies") }));
  for (const [key, id] of [["copy_of", told.duplicate_of], ["original", told.original]]) {
    if (typeof id !== "string" || id === article.id) continue;
    const found = store.byId(id);
    section.append(el("p", {}, `${t(key)} `, found ? opener(found, onOpen) : el("span", { class: "faint", text: t("not_here") })));
  }
  const others = store.ofStory(told.id).filter((each) => each.id !== article.id && each.n !== card.n).slice(-8).reverse();
  const before = ["12h", "24h", "3d", "7d"].filter((each) => article.novelty?.[each] !== undefined).map((each) => `${each} ${count(article.novelty[each])}`);
  if (before.length) section.append(el("p", { class: "faint", text: `${t("novelty")}: ${before.join(" · ")}` }));
  if (others.length) section.append(el("p", { text: t("same_story") }), el("ul", {}, ...others.map((each) => el("li", {}, opener(each, onOpen)))));
  return section;
}

/** What a new version changed against the one before. */
function changes(article) {
  const told = article.changes;
  if (!told) return null;
  const section = el("section", { class: "story" }, el("h3", { text: t("changes") }), el("p", {}, foreign(told.fields.join(", ")), ` · ${t("sentences", { added: count(told.added), removed: count(told.removed) })}`));
  for (const { change, text } of told.shown.slice(0, 20)) section.append(el("p", { class: "change" }, el(change === "removed" ? "del" : "ins", {}, foreign(text))));
  return section;
}

function opener(card, onOpen) {
  const button = el("button", { type: "button", class: "inline" }, foreign(card.title ?? t("untitled")));
  button.addEventListener("click", () => onOpen(card));
  return el("span", {}, button, " ", foreign(card.source ?? "", { class: "faint" }));
}

function rest(answer, card, misfits) {
  const { article } = answer;
  const parts = [];
  for (const image of (article.images ?? []).slice(0, 10)) {
    const credit = [image.credit, image.source].filter(Boolean).join(", ");
    if (image.caption || credit) parts.push(el("p", { class: "photo" }, el("span", { class: "label", text: t("photo") }), " ", foreign(image.caption ?? ""), credit ? " — " : "", foreign(credit)));
  }
  const link = article.url ? outward(article.url, t("read_at")) : null;
  if (link) parts.push(el("p", {}, link));
  if (misfits) parts.push(el("p", { class: "notice", text: t("misfits", { n: count(misfits) }) }));
  if (answer.cut.length) parts.push(el("p", { class: "notice" }, t("cut", { what: "" }), foreign(answer.cut.join(", "))));
  const models = Object.entries(article.models ?? {}).slice(0, 10).map(([name, version]) => `${name} ${version}`).join(", ");
  const facts = el("dl", {}, ...pair("id", article.id), ...pair("topic/partition/offset", `news.articles.enriched/${card.place.join("/")}`), ...pair("models", models));
  parts.push(el("details", {}, el("summary", { text: t("details") }), facts, el("p", { class: "faint", text: t("moods_note") })));
  return parts;
}

const pair = (name, value) => [el("dt", { text: name }), el("dd", {}, foreign(value))];

/** Show an article; `answer` is what the worker gave for the card. */
export function showArticle(box, card, answer, { store, onEntity, onOpen }) {
  const { article } = answer;
  const { spans: marks, misfits } = spans(article.text, article.entities);
  const page = el("article", {}, ...masthead(article, card.time), wholeMood(article), cast(article, onEntity), body(article, marks));
  page.append(...[changes(article), story(article, card, store, onOpen), ...rest(answer, card, misfits)].filter(Boolean));
  const light = () => {
    for (const each of ORDER) page.classList.toggle(`dark-${each}`, dark.has(each));
  };
  for (const lamp of page.querySelectorAll("[data-kind]")) {
    lamp.addEventListener("click", () => {
      const off = !dark.delete(lamp.dataset.kind);
      if (off) dark.add(lamp.dataset.kind);
      lamp.setAttribute("aria-pressed", String(!off));
      light();
    });
  }
  light();
  box.replaceChildren(page);
}
