"""Rebuild the model: ``python -m streams.training --data FOLDER [--work FOLDER] [--out FOLDER]``.

Trains what `streams.training.course` describes and writes the model folder. Interrupted, the same command goes on from the
last finished round.
"""

import argparse
import json
import logging
import sys
from pathlib import Path

import torch

from streams.nlp.artifact import SHIPPED
from streams.training.assembly import assemble
from streams.training.course import DEEP, read_sentences, run_course
from streams.training.preparation import prepare


def main() -> None:
    """Run every stage that is not done yet, then write the model folder."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments = _arguments()
    torch.manual_seed(DEEP.seed)
    try:
        start = prepare(arguments.data, without=frozenset(arguments.without))
        sentences = read_sentences(arguments.data)
    except (OSError, ValueError) as error:
        sys.exit(f"python -m streams.training: {error}")
    network = run_course(start, sentences, arguments.work)
    print(json.dumps(assemble(network, start, sentences, arguments.out, arguments.work), indent=1))  # noqa: T201 - the command's answer


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m streams.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ner/, sentiment/, articles/ and load/")
    parser.add_argument("--work", type=Path, default=Path("train-runs"), help="where checkpoints are kept")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the model folder to write")
    parser.add_argument("--without", nargs="*", default=[], help="tagged corpora to leave out, to measure transfer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
