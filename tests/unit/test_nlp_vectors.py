"""The vector of an article: its sentences', without the way that all vectors of a language lean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.model import Model
from streams.nlp.vectors import STEPS, load_centres, mean_of, pack, pool, unpack

if TYPE_CHECKING:
    from pathlib import Path


def test_a_vector_has_length_one_and_no_lean() -> None:
    centre = mean_of([(1.0, 0.0, 0.0)])
    one = pool([(0.9, 0.1, 0.0), (0.9, 0.2, 0.0)], centre)
    assert float(np.linalg.norm(one)) == pytest.approx(1.0)
    assert np.dot(one, centre) < 0.1


@pytest.mark.parametrize("vectors", [[], [(1.0, 0.0), (-1.0, 0.0)], [(1.0, 0.0)], [()]])
def test_where_nothing_is_left_there_is_no_vector(vectors: list[tuple[float, ...]]) -> None:
    assert pool(vectors, np.array([1.0, 0.0])) == ()


def test_vectors_that_are_no_numbers_are_none() -> None:
    assert pool([(float("nan"), 1.0)], np.array([1.0, 0.0])) == ()
    assert pool([(float("inf"), 1.0)], np.array([1.0, 0.0])) == ()


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8))
def test_a_packed_vector_is_nearly_what_it_was(vector: list[float]) -> None:
    packed = pack(vector)
    assert unpack(packed) == pytest.approx(vector, abs=0.5 / STEPS + 1e-9)
    assert pack(unpack(packed).tolist()) == packed


def test_without_a_centre_there_is_no_vector() -> None:
    assert pool([(0.6, 0.8)], None) == ()


def test_another_models_centres_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "centres.json"
    path.write_bytes(orjson.dumps({"model": "1+abc", "centres": {"id": [0.5, 0.5]}}))
    assert load_centres("2+def", path) == {}
    assert list(load_centres("1+abc", path)) == ["id"]


def test_the_shipped_model_has_its_centres() -> None:
    # Where this fails the model is a new one: python tests/bench/stories_centres.py FOLDER
    assert set(load_centres(Model.load().version)) == {"id", "en"}
