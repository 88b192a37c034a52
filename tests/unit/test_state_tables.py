"""Tables of a stage against plain dictionaries: whatever is done, undone, taken."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.adapters.state.stores import READ_BYTES, WRITE_BYTES, MemoryStore, RocksStore
from streams.adapters.state.tables import StoredTables
from streams.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

KEYS = st.text("ab \x00é", max_size=3)
VALUES = st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=3), lambda each: st.lists(each, max_size=2))


class TablesMachine(RuleBasedStateMachine):
    """Two tables with names that begin alike, and what they should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.tables = StoredTables(self.store)
        self.expected: dict[str, dict[str, Any]] = {"a": {}, "aa": {}}
        self.settled = {"a": {}, "aa": {}}

    @rule(name=st.sampled_from(["a", "aa"]), key=KEYS, value=VALUES)
    def put(self, name: str, key: str, value: Any) -> None:
        self.tables.json(name)[key] = value
        self.expected[name][key] = value

    @rule(name=st.sampled_from(["a", "aa"]), key=KEYS)
    def remove(self, name: str, key: str) -> None:
        assert self.tables.json(name).pop(key, "none") == self.expected[name].pop(key, "none")

    @rule()
    def undo(self) -> None:
        self.tables.undo()
        self.expected = {name: dict(rows) for name, rows in self.settled.items()}

    @rule()
    def settle(self) -> None:
        self.tables.settle()
        self.settled = {name: dict(rows) for name, rows in self.expected.items()}

    @precondition(lambda self: self.expected == self.settled)
    @rule()
    def keep(self) -> None:
        self.tables.settle()
        changes = self.tables.take()
        self.store.write(changes, self.store.position + len(changes))

    @invariant()
    def they_agree(self) -> None:
        for name, expected in self.expected.items():
            table = self.tables.json(name)
            assert dict(table) == expected
            assert len(table) == len(expected)
            assert all(key in table for key in expected)
            assert all(table[key] == value for key, value in expected.items())


TestTables = TablesMachine.TestCase


@given(st.dictionaries(KEYS, st.binary(max_size=4)))
def test_bytes_come_back_as_they_were(rows: dict[str, bytes]) -> None:
    tables = StoredTables(MemoryStore())
    tables.raw("prints").update(rows)
    assert dict(tables.raw("prints")) == rows


def test_a_value_is_made_anew_each_time() -> None:
    table = StoredTables(MemoryStore()).json("rows")
    table["a"] = {"n": [1]}
    table["a"]["n"].append(2)
    assert table["a"] == {"n": [1]}, "else a change would not be kept"


def test_rocksdb_keeps_what_was_written_and_where(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "state" / "0")
    tables = StoredTables(store)
    tables.json("a")["x"] = [1, "é"]
    tables.json("aa")["y"] = 2
    store.write(tables.take(), 7)
    tables.json("a")["gone"] = 1
    store.close()
    again = RocksStore(tmp_path / "state" / "0")
    assert again.position == 7
    assert dict(StoredTables(again).json("a")) == {"x": [1, "é"]}
    again.wipe()
    assert again.position == 0
    assert list(StoredTables(again).json("a")) == []
    again.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match=r"setting state_dir: .*file"):
        RocksStore(tmp_path / "file" / "0")


@pytest.mark.parametrize("kind", ["memory", "rocksdb"])
def test_a_store_knows_about_how_many_rows_it_has(kind: str, tmp_path: Path) -> None:
    store = MemoryStore() if kind == "memory" else RocksStore(tmp_path / "rows")
    assert len(store) == 0
    store.write({b"a\0%d" % number: b"{}" for number in range(100)}, 100)
    # RocksDB counts its own notes as well, and estimates.
    assert 100 <= len(store) <= 105
    store.close()


GROW = """
import os, pathlib, sys
from streams.adapters.state.stores import RocksStore

def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

stores = [RocksStore(pathlib.Path(sys.argv[1]) / str(number)) for number in range(8)]
before = resident()
for number in range(25_000):
    stores[number % 8].write({b"a\\0%d" % number: os.urandom(6_000)}, number)
print(resident() - before)
"""


def test_stores_on_disk_share_what_memory_they_have(tmp_path: Path) -> None:
    """In a process of its own, for what is measured is a process: 150 MB of rows over eight partitions."""
    done = subprocess.run([sys.executable, "-c", GROW, str(tmp_path)], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 2 * (WRITE_BYTES + READ_BYTES)
