"""A batch of kilobytes that holds more than memory does: it must not end the workers one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from brokers import both_brokers
from streams.adapters.workarounds.bounded_batches import MOST_BYTES
from streams.cli import commands
from test_worker import names
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), both_brokers]


@pytest.mark.parametrize("compression", ["zstd", "gzip"])
def test_it_is_a_dead_letter_that_says_where_it_is(
    topics: Any, produce: Callable[..., None], start_worker: Any, outputs: Any, compression: str
) -> None:
    produce([(b"k", order(name), []) for name in names(20)])
    bomb = (b"k", bytes(MOST_BYTES + 1), [("mine", b"x")])
    produce([bomb], compression_type=compression, max_batch_size=2 * MOST_BYTES, max_request_size=2 * MOST_BYTES)
    produce([(b"k", order(name), []) for name in names(20, "b")])
    worker = start_worker()
    outputs.wait(enriched=names(20) | names(20, "b"), dead=1)
    (letter,) = outputs.dead
    written = dict(letter.headers)
    assert (letter.key, letter.value) == (None, None)
    place = f"{written['__connect.errors.topic'].decode()}/{written['__connect.errors.partition'].decode()}/20"
    assert written["news_streams.value.left_at"].decode() == place
    assert worker.stop() == 0
    replay = CliRunner().invoke(commands, ["dlq", "replay", "--broker", topics.address, "--confirm", "1"])
    assert replay.exit_code == 1
    assert f"has no bytes any more: they were left at {place}" in replay.output
