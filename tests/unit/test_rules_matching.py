"""Conditions against an article: what fulfils them, and the evidence that an alert shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.contracts import schema_folder
from streams.rules.facts import Facts
from streams.rules.index import Index, needed
from streams.rules.loading import read_rule
from streams.rules.matches import Match

if TYPE_CHECKING:
    from streams.rules.model import Rule

EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
TEXT = "Bank Central Asia digugat nasabah. Gubernur BI Perry Warjiyo membantah.\n\nKPK memeriksa BCA soal suap, kata Perry."
MOOD = {"label": "neutral", "score": 0.0, "confidence": 0.9, "probabilities": None}


def rule(when: Any, id_: str = "r", **more: Any) -> Rule:
    return read_rule(orjson.dumps({"rule": id_, "when": when, **more}), "test")


def entity(id_: str, name: str, *mentions: str, score: float = 0.0, **more: Any) -> dict[str, Any]:
    label = "negative" if score < 0 else "positive" if score > 0 else "neutral"
    places = [
        {"text": each, "start": TEXT.index(each), "end": TEXT.index(each) + len(each), "zone": "body"}
        for each in mentions
    ]
    return {
        "id": id_,
        "name": name,
        "type": id_[:3].upper(),
        "mentions": places,
        "count": len(places),
        "salience": 0.2,
        "in_title": False,
        "sentiment": MOOD | {"label": label, "score": score},
        "links": {},
    } | more


ENTITIES = [
    entity(
        "org:bank-central-asia",
        "Bank Central Asia",
        "Bank Central Asia",
        "BCA",
        score=-0.6,
        salience=0.5,
        in_title=True,
    ),
    entity("per:perry-warjiyo", "Perry Warjiyo", "Perry Warjiyo", score=0.2),
    entity("org:bank-indonesia", "Bank Indonesia", "BI"),
    entity("org:komisi-pemberantasan-korupsi", "Komisi Pemberantasan Korupsi", "KPK"),
]


def article(**more: Any) -> dict[str, Any]:
    return (
        EXAMPLE
        | {
            "id": "a1",
            "title": "BCA Digugat Nasabah",
            "lede": "Bank Central Asia digugat nasabah.",
            "text": TEXT,
            "source": "news.detik.com",
            "language": {"code": "id", "confidence": 1.0, "supported": True},
            "sentiment": MOOD | {"label": "negative", "score": -0.45, "confidence": 0.7},
            "entities": ENTITIES,
        }
        | more
    )


def match(when: Any, **more: Any) -> Match | None:
    found = Index([rule(when)]).match(Facts(article(**more)))
    return found[0] if found else None


HOLDS: list[Any] = [
    {"entity": "org:bank-central-asia"},
    {"entity": "BCA"},
    {"entity": "bank central asia"},
    {"entity": ["Budi", "Perry Warjiyo"]},
    {"entity": {"name": ["BCA", "KPK"], "match": "all"}},
    {"entity": {"name": "BCA", "type": "ORG", "sentiment": {"label": "negative", "strength": 0.6}, "salience": 0.5}},
    {"entity": {"name": "BCA", "in_title": True, "mentions": 2}},
    {"entity": {"type": ["LOC", "PER"]}},
    {"entity": {"sentiment": "positive"}},
    {"words": "gugat"},
    {"words": ["nihil", "suap"]},
    {"words": {"all": ["gugat", "suap"], "any": ["periksa"]}},
    {"words": {"any": "gugat", "in": "title"}},
    {"words": {"any": "nasabah", "in": "top"}},
    {"words": {"any": "suap", "in": "text"}},
    {"words": {"any": "bank", "case": "any"}},
    {"source": "detik.com"},
    {"source": ["kompas.com", "News.Detik.COM"]},
    {"language": ["en", "id"]},
    {"sentiment": "negative"},
    {"sentiment": {"label": ["negative", "neutral"], "strength": 0.45, "confidence": 0.7}},
    {"sentiment": {"below": -0.45}},
    {"sentiment": {"above": -0.45, "below": 0, "label": "negative"}},
    {"entity": {"name": "Perry Warjiyo", "sentiment": {"above": 0.2}}},
    {"not": {"words": "banjir"}},
    {"all": [{"words": "suap"}, {"any": [{"entity": "nihil"}, {"source": "detik.com"}]}]},
    {"words": "suap", "entity": "KPK", "not": {"entity": "PLN"}},
]
FAILS: list[Any] = [
    {"entity": "org:bank"},
    {"entity": "Central"},
    {"entity": {"name": ["BCA", "PLN"], "match": "all"}},
    {"entity": {"name": "BCA", "type": "PER"}},
    {"entity": {"name": "BCA", "sentiment": {"label": "negative", "strength": 0.61}}},
    {"entity": {"name": "BCA", "salience": 0.51}},
    {"entity": {"name": "BCA", "mentions": 3}},
    {"entity": {"name": "KPK", "in_title": True}},
    {"entity": {"name": "BCA", "in_title": False}},
    {"words": "banjir"},
    {"words": {"all": ["gugat", "banjir"]}},
    {"words": {"any": "suap", "in": "title"}},
    {"words": {"any": "suap", "in": "top"}},
    {"words": {"any": "digugat", "in": "text", "case": "exact"}, "source": "kompas.com"},
    {"words": {"any": "central", "in": "text", "outside_names": True}},
    {"source": "etik.com"},
    {"source": "sport.detik.com"},
    {"language": "en"},
    {"sentiment": "positive"},
    {"sentiment": {"label": "negative", "strength": 0.5}},
    {"sentiment": {"label": "negative", "confidence": 0.8}},
    {"sentiment": {"below": -0.46}},
    {"sentiment": {"above": -0.44}},
    {"not": {"words": "suap"}},
    {"words": "suap", "not": {"entity": "KPK"}},
    {"any": [{"words": "banjir"}, {"source": "kompas.com"}]},
    {"novelty": {"of": "story", "within": "24h"}},
    {"trend": {"within": "1h", "score": 0}},
]


@pytest.mark.parametrize("when", HOLDS, ids=str)
def test_what_holds(when: Any) -> None:
    assert match(when) is not None
    assert match({"not": when}) is None


@pytest.mark.parametrize("when", FAILS, ids=str)
def test_what_does_not(when: Any) -> None:
    assert match(when) is None
    assert match({"not": when}) is not None


def test_a_name_in_another_form_finds_an_article_that_has_only_the_full_one() -> None:
    full = entity("per:joko-widodo", "Joko Widodo")
    assert match({"entity": "Jokowi"}, entities=[full]) is not None
    assert match({"entity": {"name": "Jokowi", "type": "ORG"}}, entities=[full]) is None


def test_a_word_inside_a_longer_name_counts_unless_it_is_passed_over() -> None:
    assert match({"words": "central"}) is not None
    assert match({"words": {"any": "KPK", "outside_names": True}}) is not None


def test_a_rule_on_a_mood_is_silent_where_there_is_none() -> None:
    nobody = [each | {"sentiment": None} for each in ENTITIES]
    assert match({"sentiment": "negative"}, sentiment=None) is None
    assert match({"entity": {"name": "BCA", "sentiment": "negative"}}, entities=nobody) is None


def test_novelty_of_story_entity_and_mood() -> None:
    counted = {"entity": {"7d": 5}, "mood": {"24h": 0}}
    entities = [each | ({"novelty": counted} if each["id"] == "org:bank-central-asia" else {}) for each in ENTITIES]
    told = {"novelty": {"24h": 2}, "entities": entities}
    for novelty, holds in (
        ({"of": "story", "within": "24h", "at_most": 2}, True),
        ({"of": "story", "within": "24h", "at_most": 1}, False),
        ({"of": "story", "within": "12h", "at_most": 9}, False),
        ({"of": "entity", "within": "7d", "at_most": 5}, True),
        ({"of": "entity", "within": "7d"}, False),
        ({"of": "mood", "within": "24h"}, True),
    ):
        assert (match({"entity": "BCA", "novelty": novelty}, **told) is not None) == holds, novelty
    assert match({"entity": "KPK", "novelty": {"of": "mood", "within": "24h"}}, **told) is None


def test_the_story_and_what_came_before_go_into_the_match() -> None:
    story = {"id": "s1", "duplicate_of": "a0", "copies": 1, "original": None}
    found = match({"words": "suap"}, story=story, novelty={"3d": 4})
    assert found is not None
    assert found.story == "s1"
    assert (found.article["duplicate_of"], found.article["story_articles_before"]) == ("a0", 4)
    alone = match({"words": "suap"}, story=None)
    assert alone is not None
    assert alone.story == alone.article["id"]


class Announced(dict[tuple[str, str], float]):
    """Trends by entity and window."""

    def trend(self, entity_id: str, window: str) -> float | None:
        return self.get((entity_id, window))


def test_trend_is_of_the_entity_beside_it() -> None:
    trends = Announced({("per:perry-warjiyo", "1h"): 4.5})

    def fits(when: Any) -> bool:
        return bool(Index([rule(when)]).match(Facts(article(), trends)))

    trend = {"within": "1h", "score": 4}
    assert fits({"entity": "Perry Warjiyo", "trend": trend})
    assert fits({"trend": trend})
    assert not fits({"entity": "BCA", "trend": trend})
    assert not fits({"trend": trend | {"within": "1d"}})
    assert match({"trend": trend}) is None
    both = {"entity": ["Perry Warjiyo", "BCA"], "trend": trend}
    (found,) = Index([rule(both)]).match(Facts(article(), trends))
    assert [each["id"] for each in found.entities] == ["per:perry-warjiyo"]
    beside = {"any": [both, {"entity": "KPK"}]}
    (found,) = Index([rule(beside)]).match(Facts(article(), trends))
    assert {each["id"] for each in found.entities} == {"per:perry-warjiyo", "org:komisi-pemberantasan-korupsi"}


def test_the_evidence_tells_sentence_and_offsets() -> None:
    found = match({"words": ["suap", "gugat"], "entity": "KPK"})
    assert found is not None
    for each in found.because:
        zone = article()[each["zone"]]
        assert zone[each["start"] : each["end"]] == each["text"]
        assert zone[each["sentence"]["start"] : each["sentence"]["end"]] == each["sentence"]["text"]
        assert each["text"] in each["sentence"]["text"]
    by_word = {(each["wanted"], each["zone"]): each for each in found.because}
    assert by_word["suap", "text"]["sentence"]["text"] == "KPK memeriksa BCA soal suap, kata Perry."
    assert by_word["gugat", "title"]["text"] == "Digugat"
    assert by_word["KPK", "text"]["entity"] == "org:komisi-pemberantasan-korupsi"
    assert [each["id"] for each in found.entities] == ["org:komisi-pemberantasan-korupsi"]


def test_a_sentence_of_a_megabyte_is_cut_around_the_match() -> None:
    text = "kata " * 200_000 + "suap " + "kata " * 200_000
    found = match({"words": "suap"}, text=text, lede=None, entities=[])
    assert found is not None
    sentence = found.because[0]["sentence"]
    assert text[sentence["start"] : sentence["end"]] == sentence["text"]
    assert len(sentence["text"]) < 400
    assert sentence["text"].startswith("kata ")


def test_a_lede_outside_the_text_is_read_too() -> None:
    found = match({"words": {"any": "banjir", "in": "top"}}, lede="Banjir melanda.")
    assert found is not None
    assert (found.because[0]["zone"], found.because[0]["sentence"]["text"]) == ("lede", "Banjir melanda.")


def test_a_match_travels_as_json() -> None:
    found = match({"words": "suap", "entity": "KPK"})
    assert found is not None
    again = Match.from_json(orjson.loads(orjson.dumps(found.to_json())))
    assert again.to_json() == found.to_json()


def test_rules_are_put_replaced_and_removed() -> None:
    facts = Facts(article())
    index = Index([rule({"words": "suap"}, "a"), rule({"entity": "KPK"}, "b"), rule({"sentiment": "negative"}, "c")])
    assert [each.rule_id for each in index.match(facts)] == ["a", "b", "c"]
    index.put(rule({"words": "banjir"}, "a"))
    index.put(rule({"entity": "KPK"}, "b", enabled=False))
    index.remove("c")
    index.remove("nobody")
    assert (index.match(facts), len(index)) == ([], 2)
    index.put(rule({"words": "suap"}, "a"))
    index.put(rule({"source": "detik.com"}, "b"))
    assert [each.rule_id for each in index.match(facts)] == ["a", "b"]


def test_a_rule_is_only_looked_at_where_it_can_hold() -> None:
    assert needed(rule({"sentiment": "negative"}).when) is None
    assert needed(rule({"any": [{"words": "a1"}, {"not": {"words": "b2"}}]}).when) is None
    assert needed(rule({"language": "id", "entity": "org:x", "words": ["a1", "b2"]}).when) == {("entity", "org:x")}
    keys = needed(rule({"any": [{"words": "a1"}, {"source": "x.id"}]}).when)
    assert keys is not None
    assert {kind for kind, _ in keys} == {"phrase", "source"}


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_at_the_calendars_ends_breaks_nothing(time: str) -> None:
    assert match({"words": "suap"}, enriched_at=time) is not None
