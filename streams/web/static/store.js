// The articles that this page holds, oldest first, and those that pass the filters.

export const MOST = 10000;
const EMPTY = { text: "", language: "", mood: "", type: "", source: "", entity: "" };

const plain = (text) => text.normalize("NFKC").toLowerCase();

/** Everything of a card that free text is looked for in. */
function haystack(card) {
  return plain([card.title, card.lede, card.source, card.agency, card.byline, ...card.entities.map((each) => each[1])].filter(Boolean).join("\n"));
}

/** What a card shows of an entity, by name instead of by place. */
export const entityOf = ([id, name, type, label, score, times]) => ({ id, name, type, label, score, times });

export class Store {
  cards = [];
  passed = [];
  filters = { ...EMPTY };
  languages = new Map();
  sources = new Map();
  #seen = new Set();
  #byId = new Map();
  #byStory = new Map();

  /** Forget everything. */
  clear() {
    this.cards = [];
    this.passed = [];
    for (const each of [this.languages, this.sources, this.#seen, this.#byId, this.#byStory]) each.clear();
  }

  /**
   * Add cards, of which the first has this number, and return those that were new. Delivery is at least once: the same article
   * with the same content is a repeat, as after a worker was killed.
   */
  add(first, cards) {
    const fresh = cards.filter((card, place) => {
      card.n = first + place;
      card.key = `${card.id} ${card.hash} ${card.version}`;
      return !this.#seen.has(card.key) && this.#seen.add(card.key);
    });
    for (const card of fresh) {
      card.hay = haystack(card);
      this.cards.push(card);
      if (this.#passes(card)) this.passed.push(card);
      this.languages.set(card.language, (this.languages.get(card.language) ?? 0) + 1);
      if (card.source) this.sources.set(card.source, (this.sources.get(card.source) ?? 0) + 1);
      this.#byId.set(card.id, card);
      if (card.story) this.#byStory.set(card.story, [...(this.#byStory.get(card.story) ?? []), card].slice(-20));
    }
    this.#trim();
    return fresh;
  }

  #trim() {
    const over = this.cards.length - MOST;
    if (over <= 0) return;
    for (const card of this.cards.splice(0, over)) {
      this.#seen.delete(card.key);
      if (this.#byId.get(card.id) === card) this.#byId.delete(card.id);
      const left = (this.#byStory.get(card.story) ?? []).filter((each) => each !== card);
      if (left.length) this.#byStory.set(card.story, left);
      else this.#byStory.delete(card.story);
      this.#uncount(this.languages, card.language);
      this.#uncount(this.sources, card.source);
    }
    const oldest = this.cards[0].n;
    let gone = 0;
    while (gone < this.passed.length && this.passed[gone].n < oldest) gone += 1;
    this.passed.splice(0, gone);
  }

  #uncount(counts, key) {
    const left = (counts.get(key) ?? 0) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  }

  /** Filter anew. */
  filter(changes) {
    Object.assign(this.filters, changes);
    this.passed = this.cards.filter((card) => this.#passes(card));
  }

  get filtered() {
    return Object.values(this.filters).some(Boolean);
  }

  #passes(card) {
    const { text, language, mood, type, source, entity } = this.filters;
    return (
      (!language || card.language === language) &&
      (!mood || (card.mood[0] ?? "unjudged") === mood) &&
      (!type || card.entities.some((each) => each[2] === type)) &&
      (!source || card.source === source) &&
      (!entity || card.entities.some((each) => each[0] === entity)) &&
      (!text || plain(text).split(/\s+/).every((part) => card.hay.includes(part)))
    );
  }

  byId = (id) => this.#byId.get(id);
  ofStory = (story) => this.#byStory.get(story) ?? [];
}
