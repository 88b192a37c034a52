"""Stories, whatever comes: bounded, the same both ways, the same again, and never an exception."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.articles import CleanArticle
from streams.stages.amp import open_amp
from streams.stories.addresses import page_keys
from streams.stories.changes import describe, list_changes, overlap
from streams.stories.clock import AHEAD, WITNESSES, StreamClock
from streams.stories.comparing import compare
from streams.stories.counting import HOUR, LONGEST, WINDOWS, add, count_windows
from streams.stories.finder import Finder
from streams.stories.fingerprints import About, Fingerprint, take_fingerprint
from streams.stories.ledger import Ledger
from streams.stories.novelty import Novelty
from streams.stories.repeats import Fresh, Repeats, Unchanged
from streams.stories.significance import Past, keep_of, significance
from streams.stories.trends import Trends

TEXTS = st.text(max_size=400) | st.lists(
    st.sampled_from(["satu", "dua", "tiga", "17.600", "di", "21/5"]), max_size=80
).map(" ".join)
TIMES = st.floats(0, 4e9)
VECTORS = st.lists(st.floats(-1, 1), min_size=8, max_size=8)
NAMES = st.lists(st.sampled_from(["per:a", "per:b b", "loc:c", "org:d"]), unique=True, max_size=4)
COUNTS = st.integers(0, 10_000)
PRINTS = st.builds(
    lambda id_, at, text, names, vector: take_fingerprint(About(id_, at), text, names, vector),
    st.text("abc", min_size=1, max_size=2),
    TIMES,
    TEXTS,
    NAMES,
    VECTORS | st.just([]),
)


@given(PRINTS)
def test_a_fingerprint_comes_back_from_its_bytes(print_: Fingerprint) -> None:
    back = Fingerprint.unpack(print_.pack())
    assert back is not None
    assert back.pack() == print_.pack()
    found = compare(print_, back)
    assert found is None or found.share in {0.0, 1.0}


@given(TEXTS, TEXTS)
def test_comparing_has_no_direction_and_no_order(one: str, other: str) -> None:
    first, second = (take_fingerprint(About(id_, 1.0), text) for id_, text in (("a", one), ("b", other)))
    assert compare(first, second) == compare(second, first)
    upper = take_fingerprint(About("a", 1.0), one.upper().lower())
    assert list(upper.keys) == list(take_fingerprint(About("a", 1.0), one.lower()).keys)


@settings(max_examples=40)
@given(st.lists(PRINTS, max_size=12), st.integers(1, 5))
def test_any_stream_has_places_and_bounds(prints: list[Fingerprint], capacity: int) -> None:
    tables: list[dict[str, Any]] = [{} for _ in range(6)]
    finder, ledger = Finder(*tables[:3], capacity=capacity), Ledger(*tables[3:])
    for print_ in prints:
        matches = finder.find(print_)
        place = ledger.place(print_, matches)
        ledger.forget(finder.add(print_, place.duplicate_of))
        assert (place.copies > 0) == (place.duplicate_of is not None)
        assert place.duplicate_of != print_.id
        assert len(finder) <= capacity
    assert len(tables[0]) <= capacity
    kept = set(tables[2])
    assert all(set(ids.split()) <= kept for ids in tables[1].values())
    assert sum(row["left"] for row in tables[5].values()) == len(tables[3])


@given(st.lists(st.tuples(TEXTS, TIMES), min_size=1, max_size=8))
def test_versions_count_up_and_answers_stay(crawls: list[tuple[str, float]]) -> None:
    repeats = Repeats({}, {}, {})
    page = CleanArticle("page", "", "", url="https://example.com/read/1234567")
    last, answered = 0, {}
    for text, at in crawls:
        crawl = replace(page, text=text, content_hash=text)
        answer = repeats.judge(crawl, at)
        orjson.dumps(answer)
        if (text, at) in answered and isinstance(answered[text, at], Fresh) and isinstance(answer, Fresh):
            assert answer == answered[text, at]
        elif isinstance(answer, Fresh):
            assert answer.version == last + 1
            last = answer.version
        else:
            assert answer.reason in {"unchanged", "outdated"}
        answered.setdefault((text, at), answer)
    assert isinstance(
        repeats.judge(replace(page, text=crawls[0][0], content_hash=crawls[0][0]), 5e9), Fresh | Unchanged
    )


@given(TEXTS, TEXTS)
def test_changes_are_none_for_the_same_and_mirror_themselves(one: str, other: str) -> None:
    before, after = (describe(CleanArticle("a", "h", text)) for text in (one, other))
    there, back = list_changes(before, after), list_changes(after, before)
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert list_changes(before, before) == {"fields": [], "added": 0, "removed": 0, "reordered": False, "shown": []}
    assert 0 <= overlap(before, after) <= 1
    assert len(there["shown"]) <= 20


@given(
    st.text(max_size=200)
    | st.builds("https://{}.cdn.ampproject.org/c/s/{}".format, st.text(max_size=9), st.text(max_size=50))
)
def test_any_address_has_keys_or_none(url: str) -> None:
    assert isinstance(open_amp(url), str)
    assert all("/" in key for key in page_keys(url))


@given(st.lists(st.integers(0, 400 * 24), max_size=60), st.integers(0, 400 * 24))
def test_counts_are_those_of_a_list_that_forgets_nothing(hours: list[int], asked: int) -> None:
    row: list[int] = []
    for hour in hours:
        row = add(row, hour * HOUR + 1.0)
    assert len(row) <= 1 + LONGEST
    assert not row or row[-1]
    newest = max([*hours, 0])
    now = max(asked, newest)
    expected = [sum(now - length < hour <= now for hour in hours) for length in WINDOWS.values()]
    assert count_windows(row, now * HOUR + 2.0) == expected


@given(st.permutations(range(12)))
def test_the_order_of_arrival_within_the_window_makes_no_difference(order: list[int]) -> None:
    rows: dict[str, Any] = {}
    novelty = Novelty(rows)
    for at in order:
        novelty.observe(["k"], 1e9 + at * HOUR)
    assert rows["k"] == [int((1e9 + 11 * HOUR) // HOUR), *[1] * 12]


@given(COUNTS, st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0.5, 50))
def test_significance_never_shouts_at_rare_names(count: int, mean: float, deviation: float, bias: float) -> None:
    score = significance(count, mean, deviation, bias)
    assert score <= max(count / bias - 1, 0) + 1e-9
    assert score <= 0 or count > max(mean, bias)
    assert significance(count + 1, mean, deviation, bias) > score
    assert significance(count, mean + 1, deviation, bias) <= score
    assert abs(significance(count, mean, deviation + 1, bias)) <= abs(score)


@given(st.lists(st.tuples(COUNTS, st.integers(0, 30)), max_size=20), st.floats(1, 400))
def test_windows_of_nothing_reckoned_in_one_step_are_those_one_by_one(
    closed: list[tuple[int, int]], half_life: float
) -> None:
    keep = keep_of(half_life)
    quick, slow = Past(), Past()
    for count, empty in closed:
        quick, slow = quick.close(count, empty, keep), slow.close(count, 0, keep)
        for _ in range(empty):
            slow = slow.close(0, 0, keep)
    assert math.isclose(quick.mean, slow.mean, rel_tol=1e-9, abs_tol=1e-12)
    assert math.isclose(quick.square, slow.square, rel_tol=1e-9, abs_tol=1e-12)


@given(COUNTS, st.integers(1, 500), st.floats(1, 400))
def test_what_never_changes_has_its_own_mean_and_no_deviation(count: int, windows: int, half_life: float) -> None:
    past, keep = Past(), keep_of(half_life)
    for _ in range(windows):
        past = past.close(count, 0, keep)
    mean, deviation = past.spread(windows, keep)
    assert math.isclose(mean, count, rel_tol=1e-6)
    assert deviation <= 1e-3 * (count + 1)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["per:a", "loc:b"]), TIMES, st.none() | st.floats(-1, 1)), max_size=40))
def test_trends_take_any_times_in_any_order_twice_the_same(mentions: list[tuple[str, float, float | None]]) -> None:
    rows: dict[str, Any] = {}
    hot: dict[str, float] = {}
    first, second = Trends(rows, hot, {}), Trends({}, {}, {})
    changes = [first.observe(*mention) for mention in mentions]
    assert [second.observe(*mention) for mention in mentions] == changes
    for row in rows.values():
        assert all(len(state["slices"]) <= 24 and len(orjson.dumps(state)) < 3_000 for state in row.values())
    for change in (each for some in changes for each in some):
        assert change.level != change.before
        assert change.sentiment is None or -1 <= change.sentiment <= 1
        assert math.isfinite(change.score)
    first.cool(5e9)
    assert not hot


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=30))
def test_the_clock_follows_the_many(times: list[tuple[float, float]]) -> None:
    clock = StreamClock({})
    settled = []
    for told, written in times:
        settled.append(clock.settle(told, written))
        assert settled[-1] <= written + AHEAD
        assert settled[-1] in {told, written}
        assert min(settled[-WITNESSES:]) <= clock.now <= max(settled[-WITNESSES:])
