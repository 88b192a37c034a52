"""places: which story an article belongs to, whose copy it is, how many came before; then it is announced.

One partition reads all articles: their order is the answer. A new version of an article keeps its place, and counts for
no further article in what comes before others.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from streams.errors import DecodeError, Reason, Stage
from streams.nlp.vectors import unpack
from streams.stages.route.events import announce_article, announce_mentions, derive_id, name_event
from streams.stages.route.headers import VECTOR
from streams.stages.route.wire import check_offsets, make_record
from streams.stateful.reading import carry, read_article, time_of
from streams.stateful.sweep import DAY, HOUR, Ageing, Sweep
from streams.stateful.work import Answer, Remembering
from streams.stories.clock import StreamClock
from streams.stories.counting import LONGEST, WINDOWS
from streams.stories.finder import Finder
from streams.stories.fingerprints import About, take_fingerprint
from streams.stories.ledger import Ledger
from streams.stories.novelty import Novelty, entity_keys, story_key
from streams.topics import FRESH, PLACES_STATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.records import Headers, InboundRecord, OutboundRecord
    from streams.stateful.work import Tables, Work
    from streams.stories.fingerprints import Fingerprint

ANSWERED: Final = DAY
"""Seconds for which an article that comes again gets the answer that it had."""

COUNTED: Final = 100
"""Entities of an article that are counted, the most salient; a list of names would change thousands of rows."""

WIDEST: Final = 4096
"""Numbers of a document vector, at most."""

Told = dict[str, Any]
"""What was answered to an article: when, `place`, and `counts` of the story and of each entity counted (`who`)."""


class Places:
    """All articles.

    Args:
        tables: `prints`, `postings` and `times` (see `Finder`); `articles`, `texts` and `stories` (see `Ledger`); `counts`
            (see `Novelty`); `answers`: by event id, `Told`; `clock`.
    """

    def __init__(self, tables: Tables) -> None:
        self._finder = Finder(tables.raw("prints"), tables.json("postings"), tables.json("times"))
        self._ledger = Ledger(tables.json("articles"), tables.json("texts"), tables.json("stories"))
        self._novelty = Novelty(tables.json("counts"))
        self._answers = tables.json("answers")
        shard = tables.json("clock")
        self._clock = StreamClock(shard)
        silent = Ageing((LONGEST + 1) * HOUR, self._novelty.find_silent, self._novelty.forget)
        self._sweep = Sweep(shard, silent, Ageing(ANSWERED, self._find_answered, self._forget_answer))

    def take(self, record: InboundRecord) -> Answer:
        """Announce an article with its story and novelty, and each entity that it names.

        Raises:
            DecodeError: it is none.
            RouteError: an offset is wrong, or a defect of ours.
        """
        value, carried = read_article(record), carry(record)
        check_offsets(value)
        event_id, told = name_event(value), time_of(value)
        known = self._answers.get(event_id)
        if known is not None and known["who"] == _name_counted(value):
            return Answer(tuple(_announce(value, known, carried)))
        at = self._clock.settle(told, record.timestamp.timestamp())
        print_ = _take_fingerprint(value, at, record.header(VECTOR) or b"")
        answer = self._decide(value, print_)
        records = tuple(_announce(value, answer, carried))
        # Last: the index keeps some of what it knows beside its tables.
        self._ledger.forget(self._finder.add(print_, answer["place"]["duplicate_of"]))
        self._answers[event_id] = answer
        self._sweep.run(self._clock.now)
        return Answer(records)

    def tick(self, now: float) -> Answer:
        """Do nothing: nothing waits here."""
        del now
        return Answer(name="none")

    def _decide(self, value: Mapping[str, Any], print_: Fingerprint) -> Told:
        again = self._ledger.knows(print_.id)
        place = self._ledger.place(print_, [] if again else self._finder.find(print_))
        keys = [story_key(place.story_id), *_keys_of(value)]
        counts = self._novelty.observe(keys, print_.at, again=again or value.get("version", 1) > 1)
        return {"at": self._clock.now, "place": asdict(place), "counts": counts, "who": _name_counted(value)}

    def _find_answered(self, before: float) -> Iterator[str]:
        return (event_id for event_id, told in self._answers.items() if told["at"] < before)

    def _forget_answer(self, event_id: str, before: float) -> None:
        told = self._answers.get(event_id)
        if told is not None and told["at"] < before:
            self._answers.pop(event_id)


def open_places(tables: Tables) -> Work:
    """Return the work of the partition."""
    return Places(tables)


def placing() -> Remembering:
    """Return the stage."""
    return Remembering(Stage.PLACES, FRESH, PLACES_STATE, open_places)


def _announce(value: Mapping[str, Any], told: Told, carried: Headers) -> Iterator[OutboundRecord]:
    of_story, *of_entities = (dict(zip(WINDOWS, each, strict=True)) for each in told["counts"])
    pairs = zip(of_entities[::2], of_entities[1::2], strict=True)
    by_entity = dict(zip((entity["id"] for entity in _counted(value)), pairs, strict=True))
    entities = [
        entity | {"novelty": dict(zip(("entity", "mood"), by_entity[entity["id"]], strict=True))}
        if entity["id"] in by_entity
        else entity
        for entity in value["entities"]
    ]
    place = told["place"]
    story = {"id": place["story_id"], **{name: place[name] for name in ("duplicate_of", "copies", "original")}}
    placed = {"version": 1, "changes": None, **value, "entities": entities, "story": story, "novelty": of_story}
    for event in (announce_article(placed), *announce_mentions(placed)):
        yield make_record(event, carried)


def _keys_of(value: Mapping[str, Any]) -> Iterator[str]:
    for entity in _counted(value):
        mood = entity["sentiment"]
        yield from entity_keys(entity["id"], mood and mood["label"])


def _name_counted(value: Mapping[str, Any]) -> str:
    """Return what stands for the entities counted: another version of the model finds others in the same article."""
    return derive_id(*_keys_of(value))


def _counted(value: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the entities that are counted, the most salient first, each once."""
    once = {entity["id"]: entity for entity in reversed(value["entities"])}
    return sorted(once.values(), key=lambda entity: (-entity["salience"], entity["id"]))[:COUNTED]


def _take_fingerprint(value: Mapping[str, Any], at: float, vector: bytes) -> Fingerprint:
    if len(vector) > WIDEST:
        raise DecodeError(Reason.BAD_EVENT, f"header {VECTOR}: {len(vector)} bytes, expected {WIDEST} at most")
    about = About(value["id"], at, value["source"], value["agency"], value["language"]["code"])
    names = [entity["id"] for entity in _counted(value)]
    return take_fingerprint(about, value["text"], names, unpack(vector).tolist())
