"""Files and folders of rules, or one record's value: every rule, or every fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from streams.errors import SourceError
from streams.rules.checking import Reader
from streams.rules.faults import Fault, RuleFaultsError
from streams.rules.reading import MOST_BYTES, Document, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.rules.model import Rule

SUFFIXES: Final = (".yaml", ".yml", ".json")
MOST_RECORD_BYTES: Final = 1_000_000
"""Of one rule on the broker: Kafka's own limit for a record, by default."""


def read_rules(paths: Iterable[str | Path]) -> list[Rule]:
    """Read every rule of files and folders (`*.yaml`, `*.yml`, `*.json` in them), in order.

    A file holds documents separated by `---`, each a rule or a list of rules.

    Raises:
        SourceError: a file that is not there, cannot be read or is too large.
        RuleFaultsError: rules that cannot be understood, or two of one id: all faults of all files.
    """
    found = Rules()
    for path in list_files(paths):
        found.read(read_file(path), str(path))
    return found.done()


def read_rule(value: bytes, origin: str) -> Rule:
    """Read the one rule that a record of `news.alerts.rules` carries.

    Args:
        value: the record's.
        origin: its topic, partition and offset, for the faults.

    Raises:
        RuleFaultsError: it is no rule.
    """
    return read_value(value, origin)[0]


def read_value(value: bytes, origin: str) -> tuple[Rule, Any]:
    """Read the one rule that a record carries, and what was written of it as plain JSON.

    Raises:
        RuleFaultsError: it is no rule.
    """
    found = Rules()
    if len(value) > MOST_RECORD_BYTES:
        raise RuleFaultsError([Fault(origin, 1, 1, f"larger than {MOST_RECORD_BYTES:,} bytes")])
    found.read(value, origin)
    rules = found.done()
    if len(rules) != 1:
        raise RuleFaultsError([Fault(origin, 1, 1, f"expected one rule, found {len(rules)}")])
    return rules[0], found.values[rules[0].id]


class Rules:
    """Rules as they are read, and what is wrong with them.

    Attributes:
        values: what was written of each, as plain JSON, by id.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._rules: dict[str, tuple[Rule, Fault]] = {}
        self._faults: list[Fault] = []

    def read(self, data: bytes, origin: str) -> None:
        """Read the rules of one file or record."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
            self._faults.append(Fault(origin, line, column, f"expected UTF-8, found the byte {data[error.start]:#04x}"))
            return
        documents, faults = read_documents(text, origin)
        self._faults += faults
        if not documents and not faults:
            self._faults.append(Fault(origin, 1, 1, "holds no rule"))
        for document in documents:
            for single in _singles(document):
                self._add(single)

    def _add(self, document: Document) -> None:
        reader = Reader(document)
        rule = reader.read()
        self._faults += reader.faults
        if rule is None:
            return
        self.values.setdefault(rule.id, document.value)
        here = document.fault(("rule",), "")
        first = self._rules.setdefault(rule.id, (rule, here))[1]
        if first is not here:
            place = f"{first.origin}:{first.line}"
            self._faults.append(document.fault(("rule",), f"the id {rule.id!r} is also that of the rule in {place}"))

    def done(self) -> list[Rule]:
        """Return the rules.

        Raises:
            RuleFaultsError: there were faults.
        """
        if self._faults:
            raise RuleFaultsError(self._faults)
        return [rule for rule, _ in self._rules.values()]


def list_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files of paths, those of a folder sorted.

    Raises:
        SourceError: a path that is not there, or a folder without any rule file.
    """
    files: list[Path] = []
    for each in paths:
        path = Path(each)
        if not path.exists():
            msg = f"{path}: no such file or folder"
            raise SourceError(msg)
        inside = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file()) if path.is_dir() else [path]
        if not inside:
            msg = f"{path}: holds no {', '.join(f'*{suffix}' for suffix in SUFFIXES)}"
            raise SourceError(msg)
        files += inside
    return list(dict.fromkeys(files))


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        SourceError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            return read_some(file, str(path))
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise SourceError(msg) from None


def read_some(file: BinaryIO, name: str) -> bytes:
    """Return all that an open file holds.

    Raises:
        SourceError: it is too large.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        msg = f"{name}: larger than {MOST_BYTES:,} bytes"
        raise SourceError(msg)
    return data


def _singles(document: Document) -> Iterator[Document]:
    """Yield the rules of a document that is a list, or the document itself."""
    if not isinstance(document.value, list):
        yield document
        return
    inner: list[tuple[dict[tuple[str | int, ...], tuple[int, int]], dict[tuple[str | int, ...], tuple[int, int]]]]
    inner = [({}, {}) for _ in document.value]
    for which, places in enumerate((document.places, document.keys)):
        for path, place in places.items():
            if path and isinstance(path[0], int):
                inner[path[0]][which][path[1:]] = place
    for value, (places, keys) in zip(document.value, inner, strict=True):
        yield Document(document.origin, value, places, keys)
