"""How well copies are found and at what cost, ours beside a plain MinHash-LSH of `datasketch`, in one run.

    python tests/bench/bench_stories.py FOLDER [--of load|ntrex-id|ntrex-en|wikinews] [--fill 100000] [--half 0|1]

FOLDER is laid out as `stories_set.py` says. Printed are, by kind of edit, the links to copies that are right, wrong,
undecided (`stories_truth.py`) and missed; then precision and recall, time per article, and memory at `--fill` articles.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
from collections import Counter, defaultdict
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

from datasketch import MinHash, MinHashLSH

from stories_set import WINDOW, Labelled, build, read_load, read_ntrex, read_wikinews
from stories_truth import find_kin, judge
from streams.stories.finder import Finder
from streams.stories.fingerprints import About, take_fingerprint
from streams.stories.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.queues import SimpleQueue

    from stories_edits import Telling

SOURCES: dict[str, Callable[[Path], Iterator[Telling]]] = {
    "load": read_load,
    "ntrex-id": lambda folder: read_ntrex(folder, "id"),
    "ntrex-en": lambda folder: read_ntrex(folder, "en"),
    "wikinews": read_wikinews,
}


class Contender(Protocol):
    """Tells of each article in turn whose copy it is."""

    def observe(self, telling: Telling) -> str | None:
        """Return the id of an article that this one copies, or None."""


class Ours:
    """The finder and the ledger."""

    def __init__(self) -> None:
        self.finder = Finder({}, {}, {})
        self.ledger = Ledger({}, {}, {})

    def observe(self, telling: Telling) -> str | None:
        about = About(telling.id, telling.time, telling.source, telling.agency, telling.language)
        print_ = take_fingerprint(about, telling.text)
        place = self.ledger.place(print_, self.finder.find(print_))
        self.ledger.forget(self.finder.add(print_, place.duplicate_of))
        return place.duplicate_of


class Datasketch:
    """The textbook: word triples, 128 permutations, one threshold of Jaccard, the most similar within the window."""

    def __init__(self, threshold: float = 0.5, permutations: int = 128) -> None:
        self.index = MinHashLSH(threshold=threshold, num_perm=permutations)
        self.permutations = permutations
        self.kept: dict[str, tuple[float, MinHash]] = {}

    def observe(self, telling: Telling) -> str | None:
        words = telling.text.casefold().split()
        print_ = MinHash(num_perm=self.permutations)
        print_.update_batch([" ".join(each).encode() for each in zip(words, words[1:], words[2:], strict=False)])
        near = [id_ for id_ in self.index.query(print_) if abs(self.kept[id_][0] - telling.time) <= WINDOW]
        best = max(near, key=lambda id_: (print_.jaccard(self.kept[id_][1]), id_), default=None)
        self.index.insert(telling.id, print_)
        self.kept[telling.id] = (telling.time, print_)
        return best


CONTENDERS: dict[str, Callable[[], Contender]] = {"ours": Ours, "datasketch": Datasketch}


def measure(contender: Contender, stream: Sequence[Labelled], kin: set[frozenset[str]]) -> None:
    """Run a stream through a contender and print how right it is and how long it took."""
    by_id = {each.telling.id: each for each in stream}
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, float] = {}
    spent = 0.0
    for each in stream:
        started = time.process_time()
        found = contender.observe(each.telling)
        spent += time.process_time() - started
        expected = any(each.telling.time - last.get(group, -WINDOW) <= WINDOW for group in each.groups)
        verdict = judge(each, by_id[found], kin) if found else ("missed" if expected else "none")
        table[each.kind][verdict] += 1
        # A wrong link of what should have another is missed as well.
        table[each.kind]["missed"] += verdict == "wrong" and expected
        last.update(dict.fromkeys(each.groups, each.telling.time))
    report(type(contender).__name__, table)
    print(f"  {spent / len(stream) * 1e6:.0f} microseconds of CPU per article")


def report(name: str, table: dict[str, Counter[str]]) -> None:
    """Print the table and what follows from it; `same_people` is nobody's copy and nobody's other article."""
    columns = ("right", "wrong", "missed", "undecided", "none")
    print(f"{name}\n  {'':<16}" + "".join(f"{column:>10}" for column in columns))
    total: Counter[str] = Counter()
    for kind, counts in sorted(table.items()):
        print(f"  {kind:<16}" + "".join(f"{counts[column]:>10}" for column in columns))
        total += Counter({"wrong": counts["wrong"]}) if kind == "same_people" else counts
    right, wrong, missed = total["right"], total["wrong"], total["missed"]
    print(f"  precision {right / max(right + wrong, 1):.4f}  recall {right / max(right + missed, 1):.4f}")


def fill(name: str, tellings: Sequence[Telling], count: int, told: SimpleQueue[float]) -> None:
    """Tell how many bytes a contender takes that remembers `count` articles: those given, their words in other orders."""
    contender, random = CONTENDERS[name](), Random(1)
    before = _resident()
    for at in range(count):
        telling = tellings[at % len(tellings)]
        words = telling.text.split()
        random.shuffle(words)
        contender.observe(replace(telling, id=f"{at:032x}", time=1e9 + at, paragraphs=((" ".join(words),),)))
    told.put(_resident() - before)


def _resident() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * float(resource.getpagesize())


def fill_apart(name: str, tellings: Sequence[Telling], count: int) -> float:
    """Run `fill` in a process of its own."""
    context = get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=fill, args=(name, tellings, count, told))
    process.start()
    process.join()
    return float(told.get())


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--of", choices=SOURCES, default="load")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only every second article, from this one")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--fill", type=int, default=0, help="articles to fill memory with")
    given = parser.parse_args()
    originals = list(SOURCES[given.of](given.folder))
    if given.half is not None:
        originals = sorted(originals, key=lambda each: each.id)[given.half :: 2]
    stream, kin = build(originals, given.seed), find_kin(originals)
    print(f"{given.of}: {len(originals)} articles, {len(stream)} in the stream, {len(kin)} pairs undecided")
    for make in CONTENDERS.values():
        measure(make(), stream, kin)
    for name in CONTENDERS if given.fill else ():
        print(f"{name}: {fill_apart(name, originals, given.fill) / 1e6:.0f} MB with {given.fill} articles", flush=True)


if __name__ == "__main__":
    main()
