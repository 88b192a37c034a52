"""Whatever the text and whatever the model says of it, the answer holds its promises."""

import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.articles import CleanArticle, EnrichedArticle
from streams.enrichers.moods import Pooling, weigh
from streams.enrichers.resolution.folding import slug
from streams.enrichers.resolution.resolve import resolve
from streams.enrichers.salience import shares
from streams.nlp import Annotation, Mention, Probabilities
from streams.stages.enrich import Enrich

TYPES = ("PER", "ORG", "LOC", "MISC", "EVENT", "WEIRD")
HOSTILE = (
    "Putin",
    "Vladimir Putin",
    "AS",
    "Amerika Serikat",
    "(AS)",
    "PT",
    "Mr.",
    "'s",
    "Kim",
    "Widodo",
    "Joko Widodo",
    "U.S.",
    "😀",
    "\u202eabc",
    "İstanbul",
    "ﬁ",
    "ß",
    "a" * 200,
    "Presiden",
    "x\u0301",
    "\u0301",
    "ـ",
    "١٢",
    "Ⅷ",
    "\U0001d538\U0001d539",
    "-",
    "@",
)
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
PROSE = st.lists(WORDS, max_size=30).map(" ".join)
TEXTS = st.lists(PROSE, max_size=4).map("\n\n".join)


class Random:
    """Marks anything as anything, the same for the same sentence."""

    name = "random"
    version = "1"

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        return [self._annotation(sentence) for sentence in sentences]

    def _annotation(self, sentence: str) -> Annotation:
        dice = random.Random(f"{self.seed} {sentence!r}")  # noqa: S311 - chance, not secrecy
        places = sorted(dice.sample(range(len(sentence) + 1), min(len(sentence) + 1, 2 * dice.randrange(6))))
        spans = zip(places[::2], places[1::2], strict=False)
        mentions = tuple(
            Mention(start, end, dice.choice(TYPES), dice.random(), _mood(dice)) for start, end in spans if start < end
        )
        return Annotation(mentions, _mood(dice), ())


def _mood(dice: random.Random) -> Probabilities:
    first, second = sorted((dice.random(), dice.random()))
    return Probabilities(first, second - first, 1 - second)


def check(article: EnrichedArticle) -> None:
    ids = [entity.id for entity in article.entities]
    assert len(ids) == len(set(ids))
    places: list[tuple[int, int]] = []
    for entity in article.entities:
        assert entity.id.startswith(f"{entity.type.lower()}:")
        assert slug(entity.name)
        assert entity.count == len(entity.mentions)
        assert entity.count or entity.in_title or article.lede
        assert list(entity.mentions) == sorted(entity.mentions, key=lambda mention: mention.start)
        assert 0.0 <= entity.salience <= 1.0
        for mention in entity.mentions:
            assert article.text[mention.start : mention.end] == mention.text
            assert mention.text == mention.text.strip() != ""
            assert mention.zone in {"headline", "lede", "body"}
            places.append((mention.start, mention.end))
    places.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    if article.entities:
        assert abs(sum(entity.salience for entity in article.entities) - 1.0) < 1e-6
    assert (article.sentiment is None) == (article.sentiment_reason is not None)
    assert all(each.label != "neutral" and article.text[each.start : each.end].strip() for each in article.sentences)
    assert all(before.end <= after.start for before, after in pairwise(article.sentences))


@settings(max_examples=300)
@given(TEXTS, st.none() | PROSE, st.none() | PROSE, st.sampled_from(["id", "en"]), st.integers(0, 99))
def test_any_text_and_any_model(text: str, title: str | None, lede: str | None, language: str, seed: int) -> None:
    article = CleanArticle("1", "2", text, title=title, lede=lede, stated_language=language)
    enrich = Enrich(Random(seed))
    (enriched,) = enrich([article], ["t"])
    check(enriched)
    assert enrich([article], ["t"]) == [enriched]
    other = CleanArticle("3", "4", "Putin tiba.", stated_language="id")
    assert enrich([other, article, other], ["t"] * 3)[1] == enriched


MENTIONS = st.lists(st.tuples(WORDS, st.sampled_from(TYPES), st.floats(0, 1)), max_size=25)


@settings(max_examples=300)
@given(MENTIONS, st.sampled_from(["id", "en"]), st.randoms(use_true_random=False))
def test_the_order_of_mentions_does_not_matter(
    mentions: list[tuple[str, str, float]], language: str, dice: random.Random
) -> None:
    def meaning(given: list[tuple[str, str, float]]) -> dict[str, list[tuple[str, str, float]]]:
        return {each.id: sorted(given[member] for member in each.members) for each in resolve(given, (), language)}

    shuffled = mentions.copy()
    dice.shuffle(shuffled)
    assert meaning(mentions) == meaning(shuffled)


@settings(max_examples=200)
@given(MENTIONS, st.sampled_from(["id", "en"]))
def test_each_mention_belongs_to_one_thing_at_most(mentions: list[tuple[str, str, float]], language: str) -> None:
    things = resolve(mentions, (), language)
    members = [member for thing in things for member in thing.members]
    assert len(members) == len(set(members))
    assert len({thing.id for thing in things}) == len(things)


@given(st.text())
def test_a_slug_is_stable_and_plain(name: str) -> None:
    folded = slug(name)
    assert slug(folded) == folded
    assert not folded.startswith("-")
    assert all(letter == "-" or letter.isalnum() for letter in folded)
    assert len(folded) <= 89


@given(st.lists(st.floats(1e-9, 1e9), max_size=200))
def test_shares_sum_to_one(weights: list[float]) -> None:
    given_out = shares(weights)
    assert len(given_out) == len(weights)
    assert all(0.0 <= share <= 1.0 for share in given_out)
    assert not weights or abs(sum(given_out) - 1.0) < 1e-6


TRIPLES = (
    st.tuples(st.floats(0, 1), st.floats(0, 1))
    .map(sorted)
    .map(lambda cut: Probabilities(cut[0], cut[1] - cut[0], 1 - cut[1]))
)


@given(st.lists(st.tuples(st.floats(0.01, 10), TRIPLES), min_size=1, max_size=20))
def test_a_verdict_is_consistent(votes: list[tuple[float, Probabilities]]) -> None:
    verdict = weigh(votes, Pooling(1.6, 0.2))
    assert verdict is not None
    assert verdict.probabilities is not None
    assert abs(sum(verdict.probabilities.values()) - 1.0) < 2e-4
    assert verdict.confidence == verdict.probabilities[verdict.label]
    assert -1.0 <= verdict.score <= 1.0
    assert verdict.label != "positive" or verdict.score > 0
    assert verdict.label != "negative" or verdict.score < 0
