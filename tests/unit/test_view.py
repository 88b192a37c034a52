"""The cards that `tail` and `demo` print: readable, within 80 columns, obeying nobody's control codes."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from streams.cli.printing import harmless
from streams.cli.view import article_card, dead_letter_card
from streams.contracts import schema_folder

EXAMPLE: dict[str, Any] = orjson.loads((schema_folder() / "examples" / "article.enriched.v1.json").read_bytes())


def rendered(card: Any, *, terminal: bool = False, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=terminal, color_system="truecolor" if terminal else None).print(card)
    return out.getvalue()


def entity(name: str, kind: str = "PER", salience: float = 0.1, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "salience": salience, "count": 1, "sentiment": None} | more


def article(**fields: Any) -> dict[str, Any]:
    return EXAMPLE | fields


def test_a_card_tells_what_a_person_wants_to_know() -> None:
    text = rendered(
        article_card(
            article(
                title="Belarusia Usulkan Kerja Sama",
                published_at="2023-09-16T17:42:00+07:00",
                language={"code": "id", "confidence": 0.993, "supported": True},
                source="republika.co.id",
                byline=[{"name": "Dwina Agustin", "role": "reporter"}, {"name": "Nidia Zuraya", "role": "editor"}],
                agency="AP",
                dateline={"publisher": "REPUBLIKA.CO.ID", "place": "MOSKOW"},
                sentiment={"label": "negative", "score": -0.43, "confidence": 0.7, "probabilities": None},
                entities=[entity("Rusia", "LOC", 0.2), entity("Vladimir Putin", "PER", 0.5, count=7)],
            ),
            seconds=0.412,
        )
    )
    for wanted in (
        "Belarusia Usulkan Kerja Sama",
        "Sat 16 Sep 2023 17:42 +07:00",
        "Indonesian 99%",
        "republika.co.id",
        "Dwina Agustin (reporter), Nidia Zuraya (editor)",
        "agency AP",
        "REPUBLIKA.CO.ID, MOSKOW",
        "negative -0.43, 70% sure",
        "Vladimir Putin \N{MULTIPLICATION SIGN}7",
        "Rusia",
        "412 ms",
    ):
        assert wanted in text
    assert text.index("PER") < text.index("LOC")


@pytest.mark.parametrize(
    ("published_at", "shown"),
    [
        ("2023-09-16T17:42:00+07:00", "Sat 16 Sep 2023 17:42 +07:00"),
        ("2023-09-16T17:42:00Z", "Sat 16 Sep 2023 17:42 UTC"),
        ("2023-09-16", "Sat 16 Sep 2023 ·"),
        (None, "no date"),
    ],
)
def test_dates_say_no_more_than_is_known(published_at: str | None, shown: str) -> None:
    assert shown in rendered(article_card(article(published_at=published_at)))


def test_a_card_of_an_unsupported_language_says_why_there_is_no_mood() -> None:
    text = rendered(
        article_card(
            article(
                title=None,
                published_at=None,
                byline=[],
                agency=None,
                dateline=None,
                sentiment=None,
                sentiment_reason="unsupported_language",
                entities=[],
                language={"code": "xx", "confidence": 0.4, "supported": False},
            )
        )
    )
    assert "(no headline)" in text
    assert "no date" in text
    assert "xx 40%" in text
    assert "unsupported language" in text


def test_many_entities_are_counted() -> None:
    text = rendered(article_card(article(entities=[entity(f"Orang {n}") for n in range(10)])))
    assert "and 4 more" in text


@pytest.mark.parametrize("score", [-1, -0.04, 0, 0.5, 1])
def test_the_bar_keeps_its_width(score: float) -> None:
    sentiment = {"label": "neutral", "score": score, "confidence": 0.5}
    line = next(line for line in rendered(article_card(article(sentiment=sentiment))).splitlines() if "mood" in line)
    assert line.count("█") == round(abs(score) * 10)
    assert line.count("█") + line.count("·") == 20


def test_a_dead_letter_says_stage_reason_and_message() -> None:
    text = rendered(dead_letter_card("sample/broken", "decode", "bad_json", "not JSON: line 1", 0.02))
    assert "dead letter" in text
    assert "sample/broken" in text
    assert "decode/bad_json" in text
    assert "not JSON: line 1" in text


def test_without_a_terminal_there_is_no_control_code() -> None:
    assert "\x1b" not in rendered(article_card(EXAMPLE))
    assert "\x1b[" in rendered(article_card(EXAMPLE), terminal=True)


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["\x1b]0;owned\x07", "\x9b31m", "[bold]no[/bold]", "a\nb", "\u202eabc", "漢字" * 50]
)


@given(text=HOSTILE, width=st.integers(30, 120))
def test_no_text_breaks_a_card_or_commands_the_terminal(text: str, width: int) -> None:
    hostile = article(
        title=text,
        source=text,
        published_at=text,
        agency=text,
        byline=[{"name": text, "role": text}],
        dateline={"publisher": text, "place": text},
        entities=[entity(text, text or "PER")],
        language={"code": text, "confidence": 0.5, "supported": True},
        sentiment=None,
        sentiment_reason=text,
    )
    for card in (article_card(hostile), dead_letter_card(text, text, text, text)):
        lines = rendered(card, width=width).splitlines()
        assert all(unicodedata.category(mark) not in ("Cc", "Zl", "Zp") for line in lines for mark in line)
        assert lines[0].startswith("╭")
        assert lines[-1].endswith("╯")


@given(st.text())
def test_harmless_text_is_one_line_without_controls(text: str) -> None:
    made = harmless(text)
    assert made.splitlines() in ([], [made])
    assert not any(unicodedata.category(mark) == "Cc" for mark in made)


def test_harmless_leaves_honest_text_alone() -> None:
    assert harmless("“Kami tidak,” kata Putin — 漢字 👍") == "“Kami tidak,” kata Putin — 漢字 👍"
