"""Commits: every one that a group ever made, with its time, as the broker's own topic of offsets has them."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from brokers import Topics
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFSETS = "__consumer_offsets"
KEY_OF_COMMIT = 1
"""Newest version of the key of a commit; greater ones are those of groups."""


@dataclass(slots=True)
class Commits:
    """What a group committed of the raw topic.

    Attributes:
        history: by partition, offset and time (milliseconds since 1970), as they came.
    """

    history: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def at(self, partition: int, time: int) -> int:
        """Return the offset that stood committed just before a time; someone may have set it back."""
        made = self.history[partition]
        place = bisect_left(made, time, key=itemgetter(1))
        return made[place - 1][0] if place else 0


def read_commits(address: str, group: str) -> Commits:
    """Read the history of one group."""
    commits = Commits()
    for record in Topics(address).read(OFFSETS):
        if record.value is None or int.from_bytes(record.key[:2], "big") > KEY_OF_COMMIT:
            continue
        fields = strings(record.key[2:])
        if (next(fields), next(fields)) == (group, RAW.name):
            (partition,) = struct.unpack(">i", record.key[-4:])
            commits.history[partition].append((struct.unpack_from(">q", record.value, 2)[0], record.timestamp))
    return commits


def strings(data: bytes) -> Iterator[Any]:
    """Yield the strings at the beginning, each after its length of two bytes."""
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        yield data[2:end].decode()
        data = data[end:]
