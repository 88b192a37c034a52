"""What nobody labelled: real articles that share much of their text with one another.

A desk prints its own articles again under other headlines, and prints old paragraphs below new leads. A link between
two such articles, or between what was made of them, counts as neither right nor wrong, except within a series that was
read by hand: there every article is another one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stories_edits import Telling
    from stories_set import Labelled

Verdict = Literal["right", "wrong", "undecided"]

KIN: Final = 0.45
"""Share of the shorter text, in word triples, from which two real articles are undecided."""

COMMON: Final = 40
"""Articles that have a triple, from which on it is a phrase of the language."""

SERIES: Final = tuple(
    tuple(line.split())
    for line in (
        "e4557bb0d8f1 1f2dae16d6fd 4338563240c0 ce3a2062e0e6 4ae8a0f5df08 df025dfa92ee",
        "d75e9555573d 0f1498696fdc b1ef3fecc79d cd353524187b 65550f20d691 a5be41ff5614 e40b7c4c242b 476858ccdce8",
        "2c7328705e6a 4cda7e32f53b",
        "62cbca568e4b d6048ec04978 9d55203272f8 b1e4c27f66e8 f63fa7f5c693",
        "6bd8bc136f54 c3dfe3208e18 258bd11a7972 d5e7f65a7231 d820338c00d0 492104474039 17eb2357cf2c",
        "0a00c24872e7 1f369fe1f8d6 2023fc95ee97 07385e54b43c",
        "c2742e522ddb 54d814939e0d 3ac5aea9fef0",
        "fe03290b9a7f 5b8bff49c81e f7df90eefd75 c1f4f60d58cd",
        "0e1c1d7d3a4e 46dec02f9ded f4ab268226d8 96bca1f9e304 a4c44e0e4a82 ac0faf634a06 ebc1b462f3d8",
        "3a651621b234 f52b007f11d4 90c73000930d 7ccadd487819 606288178dc5 25fa1d3a5e6c b0dc97ca385d 6bce8b05c617",
        (
            "2dfa8d0bbbe3 30c1931a14d7 072c213ee745 b20e4faeba50 4f6ca84dbb19 2c3646be3264 32da393fc2d2 "
            "cc838c139109 1d5ae54edabe d9e90aebec3e 6a73847fb564 4ba641bd8396 3f835f3789ea edaa5b213deb "
            "24f335d965cd 275c2f4538d1"
        ),
    )
)
"""Ids of articles of the load file that are of one series, read by hand: none is a copy of another.

The price of gold day by day, offers of one sale, a train that broke down, four crimes and a fire from hour to hour, a road
that sank, the exchange, a badminton cup.
"""


def find_kin(originals: Sequence[Telling]) -> set[frozenset[str]]:
    """Return the pairs of real articles that are undecided, by counting word triples in plain Python."""
    triples = {each.id: _triples(each.text) for each in originals}
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for id_, found in triples.items():
        for triple in found:
            holders[triple].append(id_)
    both: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if 1 < len(ids) <= COMMON:
            both.update(combinations(sorted(ids), 2))
    pairs = {frozenset(pair) for pair, count in both.items() if count >= KIN * min(len(triples[id_]) for id_ in pair)}
    apart = {frozenset(pair) for series in SERIES for pair in combinations(series, 2)}
    return pairs - apart


def judge(one: Labelled, other: Labelled, kin: set[frozenset[str]]) -> Verdict:
    """Judge the statement that `one` is a copy of `other`."""
    if one.copies(other):
        return "right"
    related = any(frozenset((a, b)) in kin for a in one.bases for b in other.bases)
    return "undecided" if related else "wrong"


def _triples(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
