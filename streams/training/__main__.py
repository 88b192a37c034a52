"""Rebuild the model: ``python -m streams.training --data FOLDER [--work FOLDER] [--out FOLDER]``.

Trains a deep network with a shallow exit, lets the shallow half learn on from the whole, and writes the model folder.
Interrupted, the same command goes on from the last finished round.
"""

import argparse
import json
import logging
from pathlib import Path

import torch

from streams.nlp.artifact import SHIPPED
from streams.nlp.sentences import split_sentences
from streams.training.assembly import assemble
from streams.training.encoder import Network
from streams.training.learning import train
from streams.training.mixture import SHARES, raw_texts
from streams.training.plan import Plan, Run, device
from streams.training.preparation import Start, prepare

_SHALLOW, _DEEP = 6, 12
_TEACHER = Plan(rounds=6, score_every=3)
_STUDENT = Plan(rounds=8, rate=1e-4, head_rate=3e-4, decay=0.95, unlabelled=2500, seed=17)
# The half that is shipped sees more of cased Indonesian news and headlines, less of the reviews.
_STUDENT_SHARES = {
    **SHARES, "nergrit": 1.5, "idner": 2.0, "nerp": 0.3, "cnbc": 1.0,
    "smsa": 0.25, "nusax-id": 1.0, "nusax-en": 1.0, "newsmtsc": 0.5,
}  # fmt: skip
_SHORTEST, _LONGEST = 25, 400  # characters of a sentence that is worth learning from without labels


def main() -> None:
    """Run every stage that is not done yet."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments = _arguments()
    torch.manual_seed(_TEACHER.seed)
    start = prepare(arguments.data, without=frozenset(arguments.without))
    sentences = _sentences(arguments.data)
    teacher = start.network((_SHALLOW, _DEEP))
    train(Run(teacher, start.mixture, start.tokenizer, _TEACHER, arguments.work / "teacher"))
    student = _shallow(teacher, start)
    train(
        Run(
            student, start.mixture, start.tokenizer, _STUDENT, arguments.work / "student",
            shares=_STUDENT_SHARES, teacher=teacher.eval().to(device()), unlabelled=sentences,
        )
    )  # fmt: skip
    print(json.dumps(assemble(student, start, sentences, arguments.out, arguments.work), indent=1))  # noqa: T201 - the command's answer


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m streams.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ner/, sentiment/, articles/ and load/")
    parser.add_argument("--work", type=Path, default=Path("train-runs"), help="where checkpoints are kept")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the model folder to write")
    parser.add_argument("--without", nargs="*", default=[], help="tagged corpora to leave out, to measure transfer")
    return parser.parse_args()


def _sentences(data: Path) -> list[str]:
    """Sentences of unlabelled news, in a stable order."""
    return [
        sentence.text
        for text in raw_texts(data)
        for sentence in split_sentences(text, "id")
        if _SHORTEST <= len(sentence.text) <= _LONGEST
    ]


def _shallow(teacher: Network, start: Start) -> Network:
    """The lower half of the teacher with the heads of its shallow exit."""
    student = start.network((_SHALLOW,))
    own = student.state_dict()
    student.load_state_dict({name: value for name, value in teacher.state_dict().items() if name in own})
    return student


if __name__ == "__main__":
    main()
