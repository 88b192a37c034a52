"""Measure where the vectors of each language lie: `python tests/bench/stories_centres.py FOLDER`, after the model changed.

Writes `streams/nlp/centres.json` from the documents of `FOLDER/articles/ntrex-*`, and prints how often a document's
nearest is the same one in the other language (NTREX has each in both).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from stories_set import read_ntrex
from streams.nlp.model import Model
from streams.nlp.vectors import CENTRES, mean_of, pool

LANGUAGES = ("id", "en")
DIGITS = 4


def read_vectors(model: Model, folder: Path, language: str) -> dict[str, list[Any]]:
    """Return the vectors of the sentences of each document."""
    return {
        telling.id.partition("-")[2]: [each.vector for each in model.annotate([telling.title, *telling.sentences])]
        for telling in read_ntrex(folder, language)
    }


def main(folder: Path) -> None:
    """Measure, write and check."""
    model = Model.load()
    documents = {language: read_vectors(model, folder, language) for language in LANGUAGES}
    centres = {
        language: np.mean([mean_of(each) for each in found.values()], axis=0) for language, found in documents.items()
    }
    written = {language: [round(float(each), DIGITS) for each in centre] for language, centre in centres.items()}
    CENTRES.write_bytes(orjson.dumps({"model": model.version, "centres": written}) + b"\n")
    ids = sorted(documents["id"].keys() & documents["en"].keys())
    one, other = (np.array([pool(documents[each][id_], centres[each]) for id_ in ids]) for each in LANGUAGES)
    alike = one @ other.T
    own = np.arange(len(ids))
    for name, nearest in (("id -> en", alike.argmax(axis=1)), ("en -> id", alike.argmax(axis=0))):
        print(f"{name}: {np.mean(nearest == own):.3f} of {len(ids)}")
    pairs, strangers = alike[own, own], alike[~np.eye(len(ids), dtype=bool)]
    for least in (0.5, 0.6, 0.7, 0.8):
        print(
            f"cosine >= {least}: {np.mean(pairs >= least):.3f} of the pairs, {np.mean(strangers >= least):.5f} of others"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
