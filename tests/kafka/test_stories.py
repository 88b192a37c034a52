"""Repeats, copies and stories through a whole worker, on both brokers: told once, and told alike whatever dies in between."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from brokers import Topics, both_brokers
from conftest import produce_raw
from streams.topics import DEAD, DROPPED, ENRICHED, MENTIONED, RAW

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = both_brokers
WORKER = [sys.executable, "-m", "streams.cli", "worker"]
WORDS = """
pemerintah harga beras naik warga pasar kota kereta jalan banjir sungai hujan malam polisi sekolah guru murid kapal
pelabuhan ekspor impor minyak listrik tarif rapat menteri daerah bantuan gempa laut nelayan kebun petani pupuk musim
kemarau api hutan dokter rumah sakit obat vaksin anak ibu desa jembatan proyek dana bank kredit usaha kecil toko
"""


def write(seed: int, sentences: int = 12) -> str:
    """Make a text that nobody else has: sentences of common words, two to a paragraph."""
    rng = random.Random(seed)
    said = [" ".join(rng.choices(WORDS.split(), k=14)).capitalize() + "." for _ in range(sentences)]
    return "\n\n".join(" ".join(said[at : at + 2]) for at in range(0, sentences, 2))


def article(url: str, text: str, title: str = "Kabar hari ini") -> bytes:
    return json.dumps({"url": url, "title": title, "text": text, "language": "id"}).encode()


def publish(address: str, *articles: bytes) -> None:
    keyed = [(json.loads(each)["url"].encode(), each, []) for each in articles]
    asyncio.run(produce_raw(address, keyed))


def read(address: str, topic: str, at_least: int) -> list[dict[str, Any]]:
    return [json.loads(record.value) for record in Topics(address).read(topic, at_least=at_least)]


def enriched(address: str, count: int) -> dict[str, dict[str, Any]]:
    """Return the last word on each address, of so many records at least."""
    return {value["url"]: value for value in read(address, ENRICHED.name, count)}


def word_on(address: str, url: str, version: int = 1) -> dict[str, Any]:
    """Wait for a version of an address: by their number articles cannot be told, for a kill may repeat some."""
    deadline = time.monotonic() + 60
    while (found := enriched(address, 0).get(url)) is None or found["version"] < version:
        assert time.monotonic() < deadline, f"{url} does not come"
        time.sleep(0.1)
    return found


def test_a_story_is_told_once_and_goes_on_after_a_kill(topics: Any, start_worker: Callable[..., Any]) -> None:
    address, text = topics.address, write(1)
    worker = start_worker(WORKER)
    publish(address, article("https://antaranews.com/a/1000001", text))
    first = word_on(address, "https://antaranews.com/a/1000001")
    assert (first["version"], first["story"]["id"], first["story"]["duplicate_of"]) == (1, first["id"], None)
    publish(address, article("https://situs.example/1", text.rpartition("\n\n")[0], "Judul lain"))
    copy = word_on(address, "https://situs.example/1")
    assert copy["story"] == {"id": first["id"], "duplicate_of": first["id"], "copies": 1, "original": first["id"]}
    worker.kill()

    start_worker(WORKER)
    publish(address, article("https://antaranews.com/a/1000001?utm_source=x", text))
    publish(address, article("https://lain.example/2", f"Kota (ANTARA) - {text}"))
    late = word_on(address, "https://lain.example/2")
    assert late["story"] == {"id": first["id"], "duplicate_of": first["id"], "copies": 2, "original": first["id"]}
    assert late["novelty"]["7d"] == 2
    publish(address, article("https://antaranews.com/a/1000001", f"{text}\n\n{write(2, 2)}"))
    changed = word_on(address, "https://antaranews.com/a/1000001", 2)
    assert (changed["id"], changed["version"], changed["story"]["id"]) == (first["id"], 2, first["id"])
    assert changed["changes"]["added"] == 1
    (dropped,) = read(address, DROPPED.name, 1)
    assert (dropped["reason"], dropped["article"]["id"]) == ("unchanged", first["id"])


def test_every_article_has_one_place_over_kills(topics: Any, start_worker: Callable[..., Any]) -> None:
    address, stories, sites = topics.address, 40, 6
    rng = random.Random(3)
    each = [
        article(f"https://site{site}.example/{story}", write(story))
        for story in range(stories)
        for site in range(sites)
    ]
    rng.shuffle(each)
    publish(address, *each)
    for count in (30, 90, 150):
        worker = start_worker(WORKER)
        while len(enriched(address, 0)) < count:
            time.sleep(0.1)
        worker.kill()
    worker = start_worker(WORKER)
    deadline = time.monotonic() + 60
    while len(enriched(address, 0)) < len(each):
        assert time.monotonic() < deadline, worker.log
    assert worker.stop() == 0

    told: dict[str, set[bytes]] = defaultdict(set)
    for record in Topics(address).read(ENRICHED.name, at_least=len(each)):
        told[dict(record.headers)["ce_id"].decode()].add(record.value)
    assert len(told) == len(each)
    assert all(len(values) == 1 for values in told.values()), "a repeat says the same"
    places: dict[str, list[Any]] = defaultdict(list)
    for (value,) in told.values():
        found = json.loads(value)
        places[found["url"].rpartition("/")[2]].append(found["story"])
    for of_one in places.values():
        assert len({place["id"] for place in of_one}) == 1
        assert sorted(place["copies"] for place in of_one) == list(range(sites))
        assert len([place for place in of_one if place["duplicate_of"] is None]) == 1
    assert not Topics(address).read(DEAD.name)
    assert not Topics(address).read(DROPPED.name)


def test_a_mention_says_how_often_its_name_came_before(topics: Any, start_worker: Callable[..., Any]) -> None:
    start_worker(WORKER)
    for number in range(3):
        text = f"Presiden Joko Widodo bertemu Vladimir Putin di Moskow. {write(100 + number)}"
        publish(topics.address, article(f"https://a.example/{number}", text))
        enriched(topics.address, number + 1)
    mentions = [each for each in read(topics.address, MENTIONED.name, 3) if each["entity"]["name"] == "Vladimir Putin"]
    assert sorted(each["entity"]["novelty"]["entity"]["7d"] for each in mentions) == [0, 1, 2]


def test_without_stories_an_article_is_enriched_at_once(topics: Any, start_worker: Callable[..., Any]) -> None:
    start_worker(WORKER, stories="false")
    raw = article("https://a.example/1", write(1))
    publish(topics.address, raw, raw)
    for found in read(topics.address, ENRICHED.name, 2):
        assert "story" not in found
        assert "version" not in found
    assert RAW.partitions == ENRICHED.partitions
