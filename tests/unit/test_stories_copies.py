"""Copies and stories: which articles print the same text, and what everyone is told of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from stories_edits import COPIES, Telling, another_day, is_full_of_numbers, next_of_series
from stories_set import build, read_ntrex, read_wikinews
from stories_truth import find_kin, judge
from streams.stories.comparing import Match, compare
from streams.stories.finder import Finder
from streams.stories.fingerprints import About, Fingerprint, take_fingerprint
from streams.stories.index import CROWD, MOST_FORGOTTEN, Index
from streams.stories.ledger import Ledger, Place

FOLDER = Path(__file__).parents[1] / "data" / "stories"
HOUR = 3600.0
ORIGINALS = [*read_ntrex(FOLDER, "id"), *read_ntrex(FOLDER, "en"), *read_wikinews(FOLDER)]


def print_of(telling: Telling, **fields: object) -> Fingerprint:
    about = About(telling.id, telling.time, telling.source, telling.agency, telling.language)
    return replace(take_fingerprint(about, telling.text), **fields)


class Desk:
    """One shard, as a worker would hold it."""

    def __init__(self, **bounds: float) -> None:
        self.tables: list[dict[str, object]] = [{} for _ in range(6)]
        self.finder = Finder(*self.tables[:3], **bounds)
        self.ledger = Ledger(*self.tables[3:])

    def observe(self, print_: Fingerprint) -> Place:
        place = self.ledger.place(print_, self.finder.find(print_))
        self.ledger.forget(self.finder.add(print_, place.duplicate_of))
        return place


@pytest.mark.parametrize("seed", [5, 6])
def test_copies_are_found_and_others_are_not(seed: int) -> None:
    stream, desk, kin = build(ORIGINALS, seed), Desk(), find_kin(ORIGINALS)
    by_id = {each.telling.id: each for each in stream}
    verdicts: Counter[str] = Counter()
    seen: set[str] = set()
    for each in stream:
        found = desk.observe(print_of(each.telling)).duplicate_of
        verdict = judge(each, by_id[found], kin) if found else "missed" if each.groups & seen else "none"
        if each.kind != "same_people":
            verdicts[verdict] += 1
            seen |= each.groups
    assert verdicts["right"] > len(ORIGINALS)
    assert verdicts["right"] / (verdicts["right"] + verdicts["wrong"]) >= 0.98
    assert verdicts["right"] / (verdicts["right"] + verdicts["missed"] + verdicts["wrong"]) >= 0.95


@pytest.mark.parametrize("edit", COPIES, ids=lambda edit: edit.__name__)
def test_each_edit_leaves_it_a_copy(edit: object) -> None:
    random, found = Random(1), 0  # noqa: S311 - a seed
    for telling, other in pairwise(ORIGINALS):
        copy = edit(telling, replace(other, language=telling.language), random)
        match = compare(print_of(telling), print_of(copy))
        found += match is not None and match.kind == "copy"
    assert found >= 0.95 * (len(ORIGINALS) - 1)


@pytest.mark.parametrize("edit", [another_day, next_of_series], ids=lambda edit: edit.__name__)
def test_what_looks_alike_is_no_copy(edit: object) -> None:
    random, found, asked = Random(1), 0, 0  # noqa: S311 - a seed
    for telling, other in [*pairwise(ORIGINALS)] * 3:
        if edit is not another_day or is_full_of_numbers(telling):
            looks_alike = edit(telling, replace(other, language=telling.language), random)
            match = compare(print_of(telling), print_of(looks_alike))
            asked += 1
            found += match is not None and match.kind == "copy"
    assert asked > 10
    assert found <= 0.05 * asked


def test_comparing_is_the_same_both_ways() -> None:
    prints = [print_of(telling) for telling in ORIGINALS[:30]]
    assert all(compare(one, other) == compare(other, one) for one in prints for other in prints)


@pytest.mark.parametrize("text", ["", "   ", "Satu", "satu dua", "\u0000\ud800", "!!! ??? ...", "123 456"])
def test_texts_of_next_to_nothing_are_copies_of_nobody(text: str) -> None:
    desk = Desk()
    for name in ("one", "two"):
        print_ = take_fingerprint(About(name, 1e9), text)
        assert Fingerprint.unpack(print_.pack()) is not None
        assert desk.observe(print_) == Place(name, None, 0, None, 0)


def test_what_is_not_of_this_scheme_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = print_of(ORIGINALS[0]).pack()
    monkeypatch.setattr("streams.stories.fingerprints.SCHEME", "rensa3-24-1")
    assert Fingerprint.unpack(packed) is None


def test_a_giant_is_sampled_and_still_found() -> None:
    words = [f"kata{number}" for number in range(20_000)]
    whole = take_fingerprint(About("whole", 1e9), " ".join(words))
    part = take_fingerprint(About("part", 1e9), " ".join(words[:5_000]))
    assert len(whole.pack()) < 20_000
    found = compare(whole, part)
    assert found is not None
    assert found.kind == "copy"
    assert found.share > 0.95


def copies_of(telling: Telling, count: int, step: float = HOUR) -> list[Telling]:
    return [
        replace(telling, id=f"{telling.id}-{at}", source=f"site{at}.id", time=telling.time + at * step)
        for at in range(count)
    ]


def test_a_wire_copy_is_told_whose_it_is_and_how_many_there_were() -> None:
    desk = Desk()
    first, *rest = (desk.observe(print_of(each)) for each in copies_of(ORIGINALS[0], 5))
    root = f"{ORIGINALS[0].id}-0"
    assert first == Place(root, None, 0, None, 0)
    assert [(place.story_id, place.duplicate_of, place.copies) for place in rest] == [
        (root, root, at) for at in range(1, 5)
    ]


def test_more_sites_than_a_key_may_have_are_all_counted() -> None:
    desk = Desk()
    places = [desk.observe(print_of(each)) for each in copies_of(ORIGINALS[0], CROWD + 20, step=60.0)]
    assert [place.copies for place in places] == list(range(CROWD + 20))
    assert {place.story_id for place in places} == {places[0].story_id}


def test_the_agencys_own_is_named_once_it_is_seen() -> None:
    desk = Desk()
    copy, own, later = copies_of(replace(ORIGINALS[0], agency="Antara"), 3)
    assert desk.observe(print_of(copy)).original is None
    place = desk.observe(print_of(own, source="jatim.antaranews.com"))
    assert (place.original, place.duplicate_of) == (own.id, copy.id)
    assert desk.observe(print_of(later)).original == own.id


@pytest.mark.parametrize(
    ("source", "agency"),
    [("antaranews.com", "AFP"), ("antaranews.com.evil.id", None), ("notantaranews.com", "Antara"), (None, "Antara")],
)
def test_who_is_no_agency_prints_no_original(source: str | None, agency: str | None) -> None:
    telling = replace(ORIGINALS[0], agency=agency)
    assert Desk().observe(print_of(telling, source=source)).original is None


def test_after_the_window_it_is_news_again_and_nothing_is_kept() -> None:
    desk = Desk()
    for at in range(40):
        telling = replace(ORIGINALS[at % 2], id=f"{at}", time=1e9 + at * 40 * HOUR)
        place = desk.observe(print_of(telling))
        assert place.duplicate_of is None
    assert all(len(table) < 200 for table in desk.tables)
    for _ in range(9):
        desk.observe(take_fingerprint(About(f"last-{_}", 2e9), ""))
    assert len(desk.finder) == 9
    assert len(desk.tables[1]) == 0


def test_no_more_articles_are_kept_than_asked() -> None:
    desk = Desk(capacity=10)
    for each in ORIGINALS[:40]:
        desk.observe(print_of(each))
    assert len(desk.finder) == 10
    assert len(desk.tables[0]) == len(desk.tables[3]) == 10


def test_one_wrong_clock_empties_nothing() -> None:
    desk = Desk()
    first, second = copies_of(ORIGINALS[0], 2)
    for each in ORIGINALS[1:11]:
        desk.observe(print_of(replace(each, time=first.time)))
    desk.observe(print_of(first))
    desk.observe(take_fingerprint(About("rogue", 1e12), "Berita dari tahun yang jauh sekali di depan."))
    assert desk.observe(print_of(second)).duplicate_of == first.id


def test_a_record_that_comes_again_keeps_its_place() -> None:
    desk = Desk()
    tellings = copies_of(ORIGINALS[0], 4)
    places = [desk.observe(print_of(each)) for each in tellings]
    assert [desk.observe(print_of(each)) for each in tellings] == places


def test_what_prints_two_articles_ties_them_not_together() -> None:
    desk = Desk()
    one, two = ORIGINALS[0], replace(ORIGINALS[1], time=ORIGINALS[0].time)
    both = replace(one, id="both", paragraphs=(*one.paragraphs, *two.paragraphs))
    assert desk.observe(print_of(one)).duplicate_of is None
    assert desk.observe(print_of(both)).duplicate_of == one.id
    assert desk.observe(print_of(two)).duplicate_of == "both"
    again = replace(two, id="two-again")
    assert desk.observe(print_of(again)).duplicate_of in {"both", two.id}
    assert desk.observe(print_of(replace(one, id="one-again"))).duplicate_of == one.id


def test_the_same_event_from_another_desk_is_the_story_and_no_copy() -> None:
    vector = tuple(0.1 * (at % 3 - 1) for at in range(64))
    desk = Desk()
    names = ("per:prabowo-subianto", "loc:jakarta")
    shared = {"names": names, "vector": take_fingerprint(About("", 0), "", names, vector).vector}
    one = print_of(ORIGINALS[0], **shared)
    other = replace(print_of(ORIGINALS[1], **shared), at=one.at + HOUR)
    stranger = replace(print_of(ORIGINALS[2], **shared), at=one.at + HOUR, names=("per:joko-widodo", "loc:solo"))
    assert desk.observe(one).story_id == one.id
    assert desk.observe(other) == Place(one.id, None, 0, None, 1)
    assert desk.observe(stranger).story_id == stranger.id


def test_what_prints_an_article_below_more_news_of_its_own_is_the_story_and_no_copy() -> None:
    old, new, *_ = sorted(ORIGINALS, key=lambda each: len(each.text) < 2_000)
    old = replace(old, paragraphs=old.paragraphs[:3])
    follow_up = replace(new, id="follow-up", paragraphs=(*new.paragraphs, *old.paragraphs))
    assert compare(print_of(old), print_of(follow_up)).kind == "story"
    assert compare(print_of(follow_up), print_of(old)).kind == "story"
    page = replace(old, id="page", paragraphs=(*old.paragraphs, *new.paragraphs))
    assert compare(print_of(old), print_of(page)).kind == "copy"


FORM = (
    "Harga emas batangan di butik emas hari ini kembali bergerak dibandingkan perdagangan kemarin pagi. Berikut daftar harga "
    "emas batangan di butik emas yang belum termasuk pajak. Harga emas satu gram {} rupiah, harga emas dua gram {} rupiah, "
    "harga emas tiga gram {} rupiah, harga emas lima gram {} rupiah, harga emas sepuluh gram {} rupiah, harga emas dua puluh "
    "lima gram {} rupiah, harga emas lima puluh gram {} rupiah, harga emas seratus gram {} rupiah, dan harga emas dua ratus "
    "lima puluh gram {} rupiah."
)


@pytest.mark.parametrize(("hours", "same_story"), [(1, True), (24, False), (-24, False)])
def test_a_form_filled_in_on_another_day_is_another_event(hours: float, *, same_story: bool) -> None:
    first = Telling(
        "first", "id", "Harga emas", ((FORM.format(*range(2_610_500, 2_619_500, 1_000)),),), 100 * HOUR, "satu.example"
    )
    later = replace(first, id="later", time=first.time + hours * HOUR)
    later = replace(later, paragraphs=((FORM.format(*range(2_700_700, 2_709_700, 1_000)),),))
    told = {"vector": np.full(8, 9, np.int8), "names": ("org:antam",)}
    match = compare(print_of(first, **told), print_of(later, **told))
    assert (match is not None) == same_story
    assert match is None or match.kind == "story"
    unchanged = compare(print_of(first), print_of(replace(first, id="copy", time=later.time)))
    assert unchanged is not None
    assert unchanged.kind == "copy"


def test_a_copy_counts_for_more_than_the_same_event() -> None:
    assert Match("copy", 0.6, 0.1).strength > Match("story", 0.9, 0.99).strength


def test_an_index_forgets_by_keys() -> None:
    postings: dict[str, str] = {}
    index = Index(postings, {})
    index.add("a", 1e9, ["k1", "k2"])
    index.add("b", 1e9 + 1, ["k1", "k2"])
    index.add("a", 1e9 + 2, ["k3"])
    assert postings == {"k1": "b", "k2": "b", "k3": "a"}
    assert index.find(["k1", "k2", "k3"], 1e9) == ["b"]
    assert index.find(["k3"], 1e9, fewest=1) == ["a"]


def test_after_a_long_silence_a_few_are_forgotten_at_a_time() -> None:
    times: dict[str, object] = {}
    index = Index({}, times)
    for at in range(100):
        index.add(f"a{at}", 1e9 + at, ["k1", f"k{at}"])
    gone = [len(index.add(f"b{at}", 2e9, ["k2"])) for at in range(9)]
    assert gone == [0, 0, 0, 0, *[MOST_FORGOTTEN] * 3, 100 - 3 * MOST_FORGOTTEN, 0]
    assert len(times) == 9
    assert index.find(["k1"], 2e9, fewest=1) == []


def test_a_restart_goes_on_where_it_was() -> None:
    stream = [print_of(each.telling) for each in build(ORIGINALS[:40], 3)]
    through, desk = Desk(), Desk()
    expected = [through.observe(each) for each in stream]
    found = []
    for each in stream:
        restarted = Desk()
        restarted.finder, restarted.ledger = Finder(*desk.tables[:3]), Ledger(*desk.tables[3:])
        found.append(restarted.observe(each))
    assert found == expected
