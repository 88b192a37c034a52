"""Compressed batches: everything that fits comes out as it went in, and what does not is refused at the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cramjam
import pytest
from aiokafka import codec
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.workarounds import bounded_batches
from streams.adapters.workarounds.bounded_batches import BatchTooLargeError, bounded, gunzip, unsnap

if TYPE_CHECKING:
    from collections.abc import Callable

DECODERS = {
    "gzip": gunzip,
    "snappy": unsnap,
    "lz4": bounded(cramjam.lz4.decompress_into),
    "zstd": bounded(cramjam.zstd.decompress_into),
}
ENCODERS = {name: getattr(codec, f"{name}_encode") for name in DECODERS}
BODIES = st.one_of(
    st.binary(min_size=1, max_size=2000),
    st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=20), st.integers(1, 20_000)),
)

codecs = pytest.mark.parametrize("name", DECODERS)


@codecs
@given(body=BODIES)
def test_what_fits_comes_out_as_it_went_in(name: str, body: bytes) -> None:
    compressed = ENCODERS[name](body)
    assert DECODERS[name](compressed) == body
    assert DECODERS[name](memoryview(compressed)) == body


@codecs
@pytest.mark.parametrize(("over", "refused"), [(0, False), (1, True), (1_000_000, True)])
def test_the_limit_is_exact(name: str, over: int, *, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_batches, "MOST_BYTES", 3_000_000)
    compressed = ENCODERS[name](bytes(3_000_000 + over))
    if refused:
        with pytest.raises(BatchTooLargeError):
            DECODERS[name](compressed)
    else:
        assert DECODERS[name](compressed) == bytes(3_000_000)


@codecs
@given(junk=st.binary(min_size=1, max_size=300), keep=st.integers(0, 40))
def test_what_is_damaged_is_an_error_and_not_too_large(name: str, junk: bytes, keep: int) -> None:
    damaged = ENCODERS[name](b"halo dunia" * 50)[:keep] + junk
    try:
        DECODERS[name](damaged)
    except BatchTooLargeError:
        assert name == "snappy", "its length is what it says"
    except Exception:  # noqa: BLE001, S110 - each library has errors of its own
        pass


def test_gzip_of_several_members_is_bounded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    member = codec.gzip_encode(bytes(1000))
    assert gunzip(member * 3) == bytes(3000)
    monkeypatch.setattr(bounded_batches, "MOST_BYTES", 2999)
    with pytest.raises(BatchTooLargeError):
        gunzip(member * 3)


@pytest.mark.parametrize("decompress_into", [cramjam.lz4.decompress_into, cramjam.zstd.decompress_into])
def test_how_the_library_says_that_there_is_too_little_room(decompress_into: Callable[..., int]) -> None:
    encode = codec.lz4_encode if decompress_into is cramjam.lz4.decompress_into else codec.zstd_encode
    with pytest.raises(cramjam.DecompressionError, match=bounded_batches.TOO_SMALL):
        decompress_into(encode(bytes(100_000)), bytearray(1000))
