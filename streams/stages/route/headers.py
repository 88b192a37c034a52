"""Headers of an output: CloudEvents in binary mode, what a consumer filters by, its input, the trace carried on.

Sources: CloudEvents 1.0 Kafka protocol binding; W3C Trace Context, https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.contracts import schema_id

if TYPE_CHECKING:
    from streams.records import Headers, InboundRecord
    from streams.stages.route.events import Event

SOURCE: Final = "news-streams"
"""Who sends the events, a URI reference."""
INPUT: Final = "news_streams.input"
"""Header of every output: `topic/partition/offset` of the raw record that it came from, for `news-streams audit`."""
VECTOR: Final = "news_streams.vector"
"""Header between our own stages: the document vector, a signed byte for each number; no text."""

_TRACEPARENT: Final = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    rb"(?P<more>-[!-~]{1,200})?"
)
_TRACESTATE: Final = re.compile(rb"[\t -~]{1,512}")
"""Its members are opaque to us: printable ASCII within the 512 characters that must be carried."""


def make_headers(event: Event) -> Headers:
    """Return an event's headers, always in this order."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": SOURCE,
        "ce_type": event.type,
        "ce_time": event.time,
        "ce_subject": event.subject,
        "ce_dataschema": schema_id(event.schema),
        "content-type": "application/json",
    } | event.filters
    return tuple((name, value.encode()) for name, value in headers.items())


def name_input(record: InboundRecord) -> Headers:
    """Return the header that says which raw record an output came from; it changes with a replay, ids do not."""
    return ((INPUT, f"{record.topic}/{record.partition}/{record.offset}".encode()),)


def name_vector(vector: bytes) -> Headers:
    """Return the header of a document vector, none where there is none."""
    return ((VECTOR, vector),) if vector else ()


def carry_trace(record: InboundRecord) -> Headers:
    """Return the record's trace headers where they are valid; a state without a parent says nothing."""
    parent, state = record.header("traceparent"), record.header("tracestate")
    if not parent or not _is_traceparent(parent):
        return ()
    carried: Headers = (("traceparent", parent),)
    return (*carried, ("tracestate", state)) if state and _TRACESTATE.fullmatch(state) else carried


def _is_traceparent(value: bytes) -> bool:
    found = _TRACEPARENT.fullmatch(value)
    # Version 00 ends after its flags; a later version may have more.
    return found is not None and (found["more"] is None or not value.startswith(b"00"))
