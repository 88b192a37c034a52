"""Rules against a naive reading of them, and desks that are restarted, repeated and fed in any order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contracts import schema_folder
from streams.rules.desk import Desk
from streams.rules.facts import Facts
from streams.rules.faults import RuleFaultsError
from streams.rules.index import Index
from streams.rules.loading import Rules, read_rule
from streams.rules.matches import Match
from streams.rules.tokens import read_tokens

EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
ROOTS = ("suap", "pukul", "tangkap", "korupsi", "gugat", "bakar", "larang", "ancam", "bank", "dana")
NASAL = {
    "s": ("meny-", "men"), "p": ("mem-", "mem"), "t": ("men-", "men"), "k": ("meng-", "meng"), "g": ("meng",),
    "b": ("mem",), "l": ("me",), "a": ("meng",), "d": ("men",),
}  # fmt: skip
"""What `me` becomes before a letter; with a hyphen it takes the letter away."""
SOURCES = ("a.id", "www.a.id", "b.id")
MOODS = ("positive", "neutral", "negative")
THINGS = ("org:a", "org:b", "per:c")


def inflect(root: str) -> set[str]:
    """Return every inflected form of a root, by putting on what the matcher takes off."""
    nasals = [each.removesuffix("-") + (root[1:] if each.endswith("-") else root) for each in NASAL[root[0]]]
    voiced = [f"di{root}", f"ter{root}", *nasals]
    stems = [root, f"{root}kan", *(stem + ending for stem in voiced for ending in ("", "kan", "i"))]
    clitics = ("", "nya", "ku", "mu")
    return {"".join(parts) for parts in product(stems, clitics, ("", "lah", "kah", "pun"))}


FORMS = {root: sorted(inflect(root)) for root in ROOTS}
WORD = st.one_of(
    st.sampled_from(ROOTS),
    st.sampled_from(sorted({form for forms in FORMS.values() for form in forms})),
    st.sampled_from(["yang", "itu", "OJK", "ojk", "bangku", "surya", "x", "danau", "9", "😀", "penyuapan"]),
)
GAP = st.sampled_from([" ", " ", " ", " ", "-", "\n", ". ", ", ", "\n\n", " (", "\u201d "])
TEXTS = st.lists(st.tuples(WORD, GAP, st.booleans()), max_size=40).map(
    lambda parts: "".join((word.upper() if loud else word) + gap for word, gap, loud in parts)
)
PHRASES = st.lists(st.one_of(st.sampled_from(ROOTS), st.just("OJK")), min_size=1, max_size=3).map(" ".join)
LISTS = st.lists(PHRASES, min_size=1, max_size=3, unique=True)
WORDS = st.fixed_dictionaries(
    {"forms": st.sampled_from(["exact", "inflected"]), "in": st.sampled_from(["title", "text", "anywhere"])},
    optional={"any": LISTS, "all": LISTS},
).filter(lambda words: "any" in words or "all" in words)
LEAVES = st.one_of(
    WORDS.map(lambda words: {"words": words}),
    st.lists(st.sampled_from(SOURCES[:1] + SOURCES[2:]), min_size=1, max_size=2).map(lambda each: {"source": each}),
    st.sampled_from(["id", "en"]).map(lambda code: {"language": code}),
    st.sampled_from(MOODS).map(lambda label: {"sentiment": label}),
    st.tuples(
        st.lists(st.sampled_from(THINGS), min_size=1, max_size=2, unique=True), st.sampled_from(["any", "all"])
    ).map(lambda each: {"entity": {"id": each[0], "match": each[1]}}),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    ),
    max_leaves=6,
)


@st.composite
def articles(draw: st.DrawFn) -> dict[str, Any]:
    mood = {"score": 0.0, "confidence": 1.0, "probabilities": None}
    names = draw(st.lists(st.sampled_from(THINGS), unique=True))
    told = {"mentions": [], "count": 0, "salience": 0.1, "in_title": False, "sentiment": None, "links": {}}
    return EXAMPLE | {
        "id": draw(st.sampled_from("abcdef")),
        "title": draw(TEXTS),
        "text": draw(TEXTS),
        "lede": None,
        "source": draw(st.sampled_from([None, *SOURCES])),
        "language": {"code": "id", "confidence": 1.0, "supported": True},
        "sentiment": draw(st.none() | st.sampled_from(MOODS).map(lambda label: mood | {"label": label})),
        "entities": [{"id": each, "name": each, "type": "ORG"} | told for each in names],
    }


def naive_places(phrase: str, forms: str, text: str) -> set[tuple[int, int]]:
    """Return where a phrase stands: an expression of all its forms, between what is no letter."""
    loud = [
        word
        if word == "OJK"
        else f"(?i:{'|'.join(sorted(FORMS[word] if forms == 'inflected' else [word], key=len, reverse=True))})"
        for word in phrase.split()
    ]
    row = r"""(?:[ \-\u201d]|\n(?! *\n)){1,12}""".join(f"(?:{word})" for word in loud)
    return {found.span(1) for found in re.finditer(rf"(?<![^\W_])(?=({row})(?![^\W_]))", text)}


def naive(when: dict[str, Any], article: dict[str, Any]) -> bool:
    """Tell whether a condition holds, by reading it aloud."""
    return all(naive_field(name, value, article) for name, value in when.items())


def naive_field(name: str, value: Any, article: dict[str, Any]) -> bool:
    return NAIVE[name](value, article)


def naive_source(value: Any, article: dict[str, Any]) -> bool:
    return any(article["source"] == each or (article["source"] or "").endswith(f".{each}") for each in value)


def naive_entity(value: Any, article: dict[str, Any]) -> bool:
    there = [each in {entity["id"] for entity in article["entities"]} for each in value["id"]]
    return all(there) if value["match"] == "all" else any(there)


def naive_words(value: Any, article: dict[str, Any]) -> bool:
    zones = ("title", "text") if value["in"] == "anywhere" else (value["in"],)
    found = {
        phrase: any(naive_places(phrase, value["forms"], article[zone]) for zone in zones)
        for phrase in (*value.get("any", ()), *value.get("all", ()))
    }
    some = "any" not in value or any(found[phrase] for phrase in value["any"])
    return some and all(found[phrase] for phrase in value.get("all", ()))


NAIVE = {
    "all": lambda value, article: all(naive(part, article) for part in value),
    "any": lambda value, article: any(naive(part, article) for part in value),
    "not": lambda value, article: not naive(value, article),
    "language": lambda value, article: article["language"]["code"] == value,
    "sentiment": lambda value, article: bool(article["sentiment"]) and article["sentiment"]["label"] == value,
    "source": naive_source,
    "entity": naive_entity,
    "words": naive_words,
}


@settings(max_examples=400)
@given(st.lists(CONDITIONS, min_size=1, max_size=8), st.lists(articles(), min_size=1, max_size=3))
def test_the_compiled_rules_are_what_a_naive_reading_of_them_is(
    conditions: list[dict[str, Any]], values: list[dict[str, Any]]
) -> None:
    rules = [read_rule(orjson.dumps({"rule": f"r{n}", "when": when}), "r") for n, when in enumerate(conditions)]
    index = Index(rules)
    for value in values:
        found = [match.rule_id for match in index.match(Facts(value))]
        assert found == [rule.id for rule, when in zip(rules, conditions, strict=True) if naive(when, value)]


@settings(max_examples=400)
@given(PHRASES, st.sampled_from(["exact", "inflected"]), TEXTS)
def test_a_phrase_stands_where_a_naive_search_finds_it(phrase: str, forms: str, text: str) -> None:
    rule = read_rule(orjson.dumps({"rule": "r", "when": {"words": {"any": phrase, "forms": forms}}}), "r")
    index = Index([rule])
    hits = index.find_phrases(Facts(EXAMPLE | {"title": None, "lede": None, "text": text, "language": {"code": "id"}}))
    assert {place[1:] for places in hits.values() for place in places} == naive_places(phrase, forms, text)


@given(st.lists(CONDITIONS, min_size=1, max_size=6), st.data())
def test_rules_put_and_removed_in_any_order_are_those_that_are_left(conditions: list[Any], data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.sampled_from("abc"), min_size=len(conditions), max_size=len(conditions)))
    index, left = Index(), {}
    for id_, when in zip(ids, conditions, strict=True):
        left[id_] = read_rule(orjson.dumps({"rule": id_, "when": when}), "r")
        index.put(left[id_])
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from("abc"))
            index.remove(gone)
            left.pop(gone, None)
    facts = Facts(data.draw(articles()))
    assert index.match(facts) == Index(left.values()).match(facts)


@settings(max_examples=300)
@given(st.text())
def test_tokens_are_places_in_the_text(text: str) -> None:
    tokens = read_tokens(text)
    places = [tokens.span(number, number) for number in range(len(tokens.words))]
    assert all(start < end for start, end in places)
    assert places == sorted(places)
    assert len(tokens.joined) == len(tokens.words)
    assert all(
        read_tokens(text[start:end]).words == [word] for (start, end), word in zip(places, tokens.words, strict=True)
    )


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["words", "any", "entity", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {"rule": st.sampled_from(["a", "rules"]) | JSON, "when": CONDITIONS | JSON},
    optional={
        "count": JSON,
        "cooldown": st.sampled_from(["6h", "9w"]) | JSON,
        "quiet": JSON,
        "severity": JSON,
        "y": JSON,
    },
)


def read_or_fault(data: bytes) -> None:
    found = Rules()
    try:
        found.read(data, "r")
        found.done()
    except RuleFaultsError as error:
        lines = data.decode("utf-8", "replace").splitlines() or [""]
        for fault in error.faults:
            assert 1 <= fault.line <= len(lines) + 1, fault
            assert fault.column >= 1, fault
            assert fault.message


@settings(max_examples=300)
@given(
    st.binary() | st.text().map(str.encode) | NEARLY.map(orjson.dumps) | st.lists(NEARLY, max_size=3).map(orjson.dumps)
)
def test_any_bytes_are_rules_or_faults(data: bytes) -> None:
    read_or_fault(data)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "- ",
                "a: ",
                "[",
                "{",
                "}",
                "]",
                "\n",
                "---\n",
                "&a ",
                "*a",
                "!x ",
                "|\n",
                "'",
                '"',
                "  ",
                "? ",
                "#",
                "\t",
                "%",
                "...",
            ]
        )
    ).map("".join)
)
def test_any_yaml_is_rules_or_faults(text: str) -> None:
    read_or_fault(text.encode())


START = datetime(2026, 5, 29, tzinfo=UTC)
QUIET = {"from": "22:00", "to": "06:00", "zone": "Asia/Jakarta"}
TIMED = st.fixed_dictionaries(
    {"rule": st.just("r"), "when": st.just({"words": "x"}), "cooldown": st.sampled_from(["1m", "1h", "1d"])},
    optional={
        "quiet": st.just(QUIET),
        "count": st.sampled_from(
            [{"at_least": 2, "within": "1h"}, {"at_least": 3, "within": "1d", "sources": 2, "of": "story"}]
        ),
    },
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "tick"]), st.integers(0, 3000), st.integers(0, 9), st.integers(0, 2)
    ),
    max_size=40,
)


def make_match(minutes: int, article: int, story: int) -> Match:
    described = dict.fromkeys(("title", "url", "published_at", "sentiment", "duplicate_of", "story_articles_before"))
    told = {
        "id": f"{story}/{article}",
        "content_hash": "h",
        "source": f"{article % 3}.id",
        "story_id": f"s{story}",
        "language": "id",
    }
    return Match("r", "v", START + timedelta(minutes=minutes), described | told, (), ())


def run(rule: dict[str, Any], steps: list[Any], *, again: int = 0, restart: int = 10**9) -> list[dict[str, Any]]:
    """Return all alerts; every step is done `again` times more, and the desk made anew after every so many."""
    rules, rows = {"r": read_rule(orjson.dumps(rule), "r")}, {}
    desk, sent = Desk(rules, rows, 1000), []
    for number, (what, minutes, article, story) in enumerate(steps, 1):
        for _ in range(1 + again):
            moment = START + timedelta(minutes=minutes)
            sent += desk.tick(moment) if what == "tick" else desk.take(make_match(minutes, article, story))
        if number % restart == 0:
            rows = orjson.loads(orjson.dumps(rows))
            desk = Desk(rules, rows, 1000)
    sent += desk.tick(START + timedelta(days=400))
    sent += desk.tick(START + timedelta(days=800))
    assert not rows
    return sent


@settings(max_examples=300)
@given(TIMED, STEPS, st.integers(1, 5))
def test_restarts_and_redeliveries_change_nothing(rule: dict[str, Any], steps: list[Any], every: int) -> None:
    first = run(rule, steps)
    assert run(rule, steps) == first
    assert run(rule, steps, restart=every) == first
    ids = [alert["id"] for alert in run(rule, steps, again=1)]
    assert set(ids) == {alert["id"] for alert in first}


@settings(max_examples=300)
@given(TIMED.filter(lambda rule: "count" not in rule), STEPS)
def test_in_the_order_of_time_every_article_is_told(rule: dict[str, Any], steps: list[Any]) -> None:
    by_time = sorted(steps, key=lambda step: step[1])
    # Each article once: one that comes again after its cool-down has the id that it had.
    ordered = [(what, minutes, number, story) for number, (what, minutes, _, story) in enumerate(by_time)]
    sent = run(rule, ordered)
    told: dict[str, int] = {}
    for alert in sent:
        told[alert["alert_id"]] = max(told.get(alert["alert_id"], 0), alert["articles"])
    assert sum(told.values()) == sum(what == "take" for what, *_ in ordered)
    ids = [alert["id"] for alert in sent]
    assert len(ids) == len(set(ids))
