"""YAML and JSON to plain values that know where each of them stands.

PyYAML's events (libyaml) rather than its values: each event has its line and column, nothing is recursive, and nothing is
expanded. YAML is read as its 1.2 core schema has it (`NO` and `22:00` are text), keys must be text and occur once. Anchors,
aliases and tags are refused: rules need none, and they are how a small file becomes a large one. JSON is read as the YAML
that it is. Documents are separated by `---`; one that cannot be read does not hide the faults of the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import yaml

from streams.rules.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of a file: some fifty thousand rules."""
DEEPEST: Final = 50
"""Levels of lists and mappings."""

Path = tuple[str | int, ...]
Place = tuple[int, int]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_PAIR: Final = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_REAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A value and where its parts stand.

    Attributes:
        value: plain JSON.
        places: line and column, from 1, of every value by its path.
        keys: line and column of every key, by the path of its value.
    """

    origin: str
    value: Any
    places: dict[Path, Place]
    keys: dict[Path, Place]

    def fault(self, path: Path, message: str, *, key: bool = False) -> Fault:
        """Return a fault at a value, at its key, or at the deepest part of the path that is there."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.keys.get(path, self.places[path]) if key else self.places[path]
        return Fault(self.origin, line, column, message)


class _FaultError(Exception):
    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message


@dataclass(slots=True)
class _Builder:
    """Builds a value from events, iteratively."""

    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    value: Any = None
    stack: list[Any] = field(default_factory=list)
    path: list[str | int] = field(default_factory=list)
    started: bool = False
    pending: bool = False
    """Whether a key of the innermost mapping waits for its value; it is then the last part of the path."""

    def take(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and self.started:
            raise _FaultError(place, "expected --- before another document")
        self.started = self.started or isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _FaultError(place, "anchors and aliases (& and *) are not read: write it out")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _scalar(self, event: Any, place: Place) -> None:
        _refuse_tag(event, place)
        if self._wants_key():
            self._key(event, place)
        else:
            self._add(_read_scalar(event, place), place)

    def _open(self, event: Any, place: Place) -> None:
        _refuse_tag(event, place)
        if self._wants_key():
            raise _FaultError(place, "expected a name before the colon, found a list or mapping")
        if len(self.stack) >= DEEPEST:
            raise _FaultError(place, f"nested more than {DEEPEST} levels deep")
        opened: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(opened, place)
        self.stack.append(opened)
        self.pending = False

    def _close(self) -> None:
        self.stack.pop()
        if self.stack:
            self._step_out()

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1], dict) and not self.pending

    def _key(self, event: Any, place: Place) -> None:
        name = event.value
        if name in self.stack[-1]:
            line, _ = self.keys[(*self.path, name)]
            raise _FaultError(place, f"{name!r} stands twice in one mapping, first in line {line}")
        self.path.append(name)
        self.keys[tuple(self.path)] = place
        self.pending = True

    def _add(self, value: Any, place: Place) -> None:
        inner = self.stack[-1] if self.stack else None
        if isinstance(inner, list):
            self.path.append(len(inner))
            inner.append(value)
        elif isinstance(inner, dict):
            inner[self.path[-1]] = value
        else:
            self.value = value
        self.places[tuple(self.path)] = place
        if inner is not None and not isinstance(value, dict | list):
            self._step_out()

    def _step_out(self) -> None:
        """Leave a finished value: its key or number is no longer part of the path."""
        self.path.pop()
        self.pending = False


def read_documents(text: str, origin: str) -> tuple[list[Document], list[Fault]]:
    """Read every document of a text; those that hold nothing are passed over.

    Args:
        text: YAML or JSON.
        origin: the file's name, for the faults.
    """
    documents, faults = [], []
    for first, part in _split(_without_tabs(text.removeprefix("\ufeff"))):
        try:
            document = _read(part, origin, first)
        except _FaultError as fault:
            faults.append(Fault(origin, *fault.place, fault.message))
        else:
            documents += [document] if document.value is not None else []
    return documents, faults


def _read(text: str, origin: str, first: int) -> Document:
    builder = _Builder()
    for event in _events(text, first):
        mark = event.start_mark
        builder.take(event, (mark.line + 1 + first, mark.column + 1))
    builder.places.setdefault((), (first + 1, 1))
    return Document(origin, builder.value, builder.places, builder.keys)


def _events(text: str, first: int) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1 + first, mark.column + 1) if mark else (1 + first, 1)
        raise _FaultError(place, f"no YAML: {_why(error)}") from None
    except yaml.reader.ReaderError as error:
        at = error.position if isinstance(error.position, int) else 0
        place = (text.count("\n", 0, at) + 1 + first, at - (text.rfind("\n", 0, at) + 1) + 1)
        raise _FaultError(place, "no YAML: holds a control character") from None


def _why(error: yaml.MarkedYAMLError) -> str:
    told = [error.problem, error.context]
    return ", ".join(" ".join(each.split()) for each in told if each) or "cannot be read"


def _refuse_tag(event: Any, place: Place) -> None:
    if event.tag is not None and event.tag != "!":
        raise _FaultError(place, f"tags ({event.tag[:40]}) are not read")


def _read_scalar(event: Any, place: Place) -> Any:
    text: str = event.value
    if _SURROGATE.search(text):
        raise _FaultError(place, "holds half of a surrogate pair")
    # A style of None is what has no quotes, as libyaml and PyYAML's own parser tell it.
    if event.style in {"'", '"', "|", ">"}:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Yield each document and how many lines stand before it."""
    starts = [0, *(found.start() for found in _BREAK.finditer(text)), len(text)]
    lines = 0
    for start, end in pairwise(starts):
        part = text[start:end]
        if part:
            yield lines, part
        lines += part.count("\n")


def _without_tabs(text: str) -> str:
    """Make JSON the YAML that it nearly is: tabs between its tokens, and characters escaped as two halves."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    return _PAIR.sub(_join, text.replace("\t", " "))


def _join(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
