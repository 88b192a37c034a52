"""The enrich stage, with a model that knows its answers from a list."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from streams.articles import CleanArticle, EnrichedArticle, Entity
from streams.enrichers.reading import READ_CHARACTERS
from streams.errors import EnrichError, Reason, SettingsError
from streams.nlp import Annotation, Mention, Probabilities
from streams.nlp.vectors import unpack
from streams.settings import Settings
from streams.stages.enrich import CHUNK, Enrich, load_enrich

NAMES = {
    "PER": ("Vladimir Putin", "Putin", "Alexander Lukashenko", "Lukashenko"),
    "LOC": ("Amerika Serikat", "AS", "Rusia", "Moskow"),
    "ORG": ("PBB", "Badan Siber dan Sandi Negara"),
}
GOOD = Probabilities(0.8, 0.15, 0.05)
BAD = Probabilities(0.05, 0.15, 0.8)
CALM = Probabilities(0.1, 0.8, 0.1)


class Lexicon:
    """Marks the names that it knows; a sentence with `bagus` is good, one with `buruk` bad."""

    name = "lexicon"
    version = "1"

    def __init__(self, names: dict[str, tuple[str, ...]] | None = None) -> None:
        self.names = NAMES if names is None else names
        self.calls: list[int] = []

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        self.calls.append(len(sentences))
        return [self._annotation(sentence) for sentence in sentences]

    def _annotation(self, sentence: str) -> Annotation:
        mood = GOOD if "bagus" in sentence else BAD if "buruk" in sentence else CALM
        types = {name: type_ for type_, names in self.names.items() for name in names}
        ordered = "|".join(re.escape(name) for name in sorted(types, key=len, reverse=True))
        found = re.finditer(rf"\b(?:{ordered})\b", sentence) if types else ()
        mentions = tuple(Mention(each.start(), each.end(), types[each.group()], 0.9, mood) for each in found)
        return Annotation(mentions, mood, (1.0, 0.0))


@pytest.fixture(scope="module")
def enrich() -> Enrich:
    return Enrich(Lexicon())


def article(text: str, title: str | None = None, lede: str | None = None, language: str = "id") -> CleanArticle:
    return CleanArticle("1", "2", text, title=title, lede=lede, stated_language=language, url="https://example.com/")


def one(enrich: Enrich, clean: CleanArticle) -> EnrichedArticle:
    (enriched,) = enrich([clean], ["2026-01-01T00:00:00.000Z"])
    assert all(
        enriched.text[mention.start : mention.end] == mention.text
        for entity in enriched.entities
        for mention in entity.mentions
    )
    return enriched


def by_id(enriched: EnrichedArticle) -> dict[str, Entity]:
    return {entity.id: entity for entity in enriched.entities}


def test_everything_of_the_clean_article_is_carried(enrich: Enrich) -> None:
    clean = article("Putin tiba.", title="Berita")
    enriched = one(enrich, clean)
    assert enriched.enriched_at == "2026-01-01T00:00:00.000Z"
    for name in ("id", "content_hash", "text", "title", "url", "byline", "images"):
        assert getattr(enriched, name) == getattr(clean, name)
    assert set(enriched.models) == {"lexicon", "py3langid"}


def test_mentions_of_one_thing_are_one_entity_with_exact_offsets(enrich: Enrich) -> None:
    text = "Presiden Vladimir Putin bertemu Lukashenko.\n\nKata Putin, 😀 Amerika Serikat (AS) diam. AS tidak menjawab."
    entities = by_id(one(enrich, article(text)))
    assert [mention.text for mention in entities["per:vladimir-putin"].mentions] == ["Vladimir Putin", "Putin"]
    assert [mention.text for mention in entities["loc:united-states"].mentions] == ["Amerika Serikat", "AS", "AS"]
    assert entities["loc:united-states"].links == {"country": "US"}
    assert sum(entity.salience for entity in entities.values()) == pytest.approx(1.0)


def test_a_title_outside_the_text_names_but_does_not_count(enrich: Enrich) -> None:
    entities = by_id(one(enrich, article("Rusia menjawab.", title="Putin marah")))
    putin = entities["per:vladimir-putin"]
    assert (putin.in_title, putin.count, putin.mentions) == (True, 0, ())
    assert not entities["loc:russia"].in_title


def test_zones_where_the_text_holds_headline_and_lede(enrich: Enrich) -> None:
    text = "Putin ke Moskow\n\nLukashenko menyusul.\n\nRusia menyambut Putin."
    enriched = one(enrich, article(text, title="Putin ke Moskow", lede="Lukashenko menyusul."))
    zones = {(mention.text, mention.zone) for entity in enriched.entities for mention in entity.mentions}
    assert zones == {
        ("Putin", "headline"),
        ("Moskow", "headline"),
        ("Lukashenko", "lede"),
        ("Rusia", "body"),
        ("Putin", "body"),
    }
    assert by_id(enriched)["per:vladimir-putin"].in_title


def test_a_headline_in_the_middle_of_a_line_is_no_headline(enrich: Enrich) -> None:
    enriched = one(enrich, article("Kemarin Putin tiba.", title="Putin"))
    assert {mention.zone for entity in enriched.entities for mention in entity.mentions} == {"body"}


def test_the_headline_outweighs_a_long_calm_body(enrich: Enrich) -> None:
    body = "Rusia ada. " * 50
    calm, bad = one(enrich, article(body)), one(enrich, article(body, title="Kabar buruk", lede="Semua buruk."))
    assert calm.sentiment is not None
    assert bad.sentiment is not None
    assert calm.sentiment.label == "neutral"
    assert bad.sentiment.label == "negative"
    assert bad.sentiment.score < 0 < bad.sentiment.confidence


def test_entity_sentiment_is_towards_that_entity(enrich: Enrich) -> None:
    entities = by_id(one(enrich, article("Rusia bagus. Putin buruk. Moskow tenang.")))
    labels = {id_: entity.sentiment.label for id_, entity in entities.items() if entity.sentiment}
    assert labels == {"loc:russia": "positive", "per:vladimir-putin": "negative", "loc:moscow": "neutral"}


def test_it_abstains_between_good_and_bad(enrich: Enrich) -> None:
    sentiment = one(enrich, article("Rusia bagus. Putin buruk.")).sentiment
    assert sentiment is not None
    assert sentiment.label == "neutral"
    assert sentiment.confidence < 0.2
    assert sentiment.probabilities is not None
    assert sum(sentiment.probabilities.values()) == pytest.approx(1.0)


def test_sentences_that_tell_are_told_where_they_stand(enrich: Enrich) -> None:
    text = "Putin tiba. 😀 Rusia bagus sekali.\n\nMoskow tenang. Semua buruk."
    enriched = one(enrich, article(text, title="Judul yang buruk", lede="Semua buruk."))
    told = [(text[each.start : each.end], each.label) for each in enriched.sentences]
    assert told == [("😀 Rusia bagus sekali.", "positive"), ("Semua buruk.", "negative")]
    assert [each.score for each in enriched.sentences] == [0.75, -0.75]
    assert one(enrich, article("Putin est arrivé. Tout est buruk.", language="fr")).sentences == ()


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("Putin est arrivé à Paris.", "fr", "unsupported language: fr"),
        ("Putin tiba di Moskow.", "ms", "unsupported language: ms"),
        ("12 345", "", "undecided language"),
        ("", "id", "no sentence to judge"),
    ],
)
def test_what_cannot_be_read_says_so(enrich: Enrich, text: str, language: str, reason: str) -> None:
    enriched = one(enrich, article(text, language=language))
    assert (enriched.entities, enriched.sentiment, enriched.sentiment_reason) == ((), None, reason)


def test_a_supported_article_has_no_reason(enrich: Enrich) -> None:
    assert one(enrich, article("Putin tiba.")).sentiment_reason is None


def test_a_name_marked_once_is_found_again() -> None:
    only_long = Enrich(Lexicon({"PER": ("Vladimir Putin",), "ORG": ("Badan Siber dan Sandi Negara",)}))
    text = "Badan Siber dan Sandi Negara (BSSN) menyambut Vladimir Putin. Kata BSSN, vladimir Putin dan Vladimir Putin."
    entities = by_id(one(only_long, article(text)))
    agency = entities["org:badan-siber-dan-sandi-negara"]
    assert [mention.text for mention in agency.mentions] == ["Badan Siber dan Sandi Negara", "BSSN", "BSSN"]
    assert entities["per:vladimir-putin"].count == 2


def test_a_common_word_or_part_of_another_name_is_not_found_again() -> None:
    enrich = Enrich(Lexicon({"ORG": ("Gerak",), "PER": ("Kirana",)}))
    text = "Partai: Gerak. Ada Kirana. Lalu semua gerak berhenti. Gerak Jalan digelar oleh Dewi Kirana Putri."
    model_sees = "Gerak", "Kirana"
    enriched = one(enrich, article(text))
    assert {entity.name for entity in enriched.entities} == set(model_sees)


def test_articles_share_the_batches_and_do_not_touch_each_other() -> None:
    model = Lexicon()
    enrich = Enrich(model)
    articles = [article(f"Putin ke Rusia. Kalimat {number}.") for number in range(5)]
    together = enrich(articles, ["t"] * 5)
    assert model.calls == [10]
    assert together == [enrich([each], ["t"])[0] for each in articles]


def test_a_giant_is_given_in_chunks_and_read_to_a_limit() -> None:
    model = Lexicon()
    text = "Putin tiba di sini. " * 20_000 + "Akhirnya Putin pergi."
    enriched = one(Enrich(model), article(text))
    assert max(model.calls) <= CHUNK
    assert sum(model.calls) <= READ_CHARACTERS // len("Putin tiba di sini.")
    assert by_id(enriched)["per:vladimir-putin"].count == 20_001


def test_the_vector_is_that_of_the_sentences_without_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    centres = {"id": np.array([0.0, 1.0])}
    monkeypatch.setattr("streams.stages.enrich.load_centres", lambda version: centres if version == "1" else {})
    enriched = one(Enrich(Lexicon()), article("Putin tiba. Lukashenko pergi."))
    assert np.array(unpack(enriched.vector)) == pytest.approx([2**-0.5, -(2**-0.5)], abs=0.01)
    assert one(Enrich(Lexicon()), article("Putin arrived.", language="en")).vector == b""
    assert one(Enrich(Lexicon()), article("Putin est arrivé.", language="fr")).vector == b""


def test_a_model_without_centres_gives_no_vector(enrich: Enrich) -> None:
    assert one(enrich, article("Putin tiba.")).vector == b""


def test_two_tellings_lie_closer_than_two_events() -> None:
    enrich = load_enrich(Settings.load())
    texts = (
        "Gempa bumi mengguncang Cianjur pada Senin siang. Puluhan rumah rusak dan warga mengungsi ke lapangan.",
        "Puluhan bangunan di Cianjur roboh akibat gempa Senin siang. Para warga tidur di tenda darurat.",
        "Bank Indonesia menahan suku bunga acuan. Rupiah menguat terhadap dolar Amerika Serikat.",
    )
    one_, other, stranger = (np.array(unpack(one(enrich, article(text)).vector)) for text in texts)
    assert float(one_ @ one_) == pytest.approx(1.0, abs=0.05)
    assert one_ @ other > 0.3 + one_ @ stranger


def test_nothing_in_nothing_out(enrich: Enrich) -> None:
    assert enrich([], []) == []


class Liar(Lexicon):
    """Marks a span outside its sentence."""

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        mention = Mention(0, 10_000, "PER", 1.0, CALM)
        return [Annotation((mention,), CALM, ()) for _ in sentences]


class Shifty(Lexicon):
    """Gives vectors of any width."""

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        return [Annotation((), CALM, (1.0,) * (1 + number)) for number, _ in enumerate(sentences)]


class Mute(Lexicon):
    """Gives no answer."""

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        del sentences
        return []


@pytest.mark.parametrize(("model", "says"), [(Liar(), "0..10000"), (Mute(), "0 answers to 1 sentences")])
def test_a_model_that_does_not_fit_is_named(model: Lexicon, says: str) -> None:
    with pytest.raises(EnrichError, match=re.escape(says)) as caught:
        Enrich(model)([article("Putin tiba.")], ["t"])
    assert caught.value.reason is Reason.BAD_OUTPUT


def test_vectors_of_different_widths_are_a_defect_of_the_model() -> None:
    with pytest.raises(EnrichError, match=re.escape("vectors of [1, 2] numbers")):
        Enrich(Shifty())([article("Putin tiba. Ia pergi.")], ["t"])


def test_a_folder_without_a_model_is_a_settings_error(tmp_path: object) -> None:
    with pytest.raises(SettingsError, match="setting model"):
        load_enrich(Settings.load(model=tmp_path))


def test_the_shipped_model_reads_indonesian() -> None:
    enrich = load_enrich(Settings.load())
    text = (
        "Presiden Rusia Vladimir Putin menjadi tuan rumah pertemuan dengan sekutunya Belarusia pada Jumat (15/9/2023). "
        "Amerika Serikat (AS) menuduh Putin melanggar sanksi PBB."
    )
    entities = by_id(one(enrich, article(text)))
    assert {"per:vladimir-putin", "loc:russia", "loc:belarus", "loc:united-states", "org:united-nations"} <= set(
        entities
    )
    assert entities["per:vladimir-putin"].count == 2
