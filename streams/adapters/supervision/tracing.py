"""Tracing: a span for each stage that a record passes and for its publishing, children of the record's `traceparent`.

    crawler's span ─┬─ decode ─ extract ─ enrich ─ route ─ publish          one after the other, each by itself
                    └─ places, trends, ...                                 at the agents that remember

A record without a `traceparent` has a trace of its own, made of its place on the raw topic, so that its stages are found
together. Outputs carry the crawler's `traceparent` on, not ours: what is published is a function of what was read.
Spans hold topics, offsets, stages and classes of errors; no text. Imported only where the setting `traces` asks for it (extra
`[otel]`); the SDK's own variables (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`, ...) hold as well.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from mode import Service
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streams.records import InboundRecord
from streams.stages.dead_letter import PREFIX
from streams.stages.route.headers import INPUT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Protocol

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor

    from streams.records import OutboundRecord

    AnyRecord = InboundRecord | OutboundRecord

    class Publish(Protocol):
        """Publishes and returns when the broker has everything."""

        def __call__(self, records: Sequence[OutboundRecord], *, refusable: bool = True) -> Awaitable[None]:
            """Publish the records of one outcome."""


SECONDS_TO_FLUSH: Final = 2.0
"""What a stopping worker gives its last spans."""
SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class Tracer(Service):
    """Makes spans; stopped with the worker.

    Args:
        processor: where they go.
    """

    mundane_level = "debug"

    def __init__(self, processor: SpanProcessor) -> None:
        super().__init__()
        told = {"service.name": "news-streams", "service.version": version("news-streams")}
        self._provider = TracerProvider(resource=Resource.create(told), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("news-streams", version("news-streams"))

    async def on_stop(self) -> None:
        """Send what is left; a collector that does not answer keeps nobody waiting."""
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._provider.shutdown), SECONDS_TO_FLUSH)

    def stage(self, name: str, records: Sequence[InboundRecord]) -> AbstractContextManager[None]:
        """Return what makes a span for each record of one run of a stage.

        Args:
            name: of the stage.
            records: one, or those of a batch.
        """
        return self._spans(name, SpanKind.INTERNAL, records, {"batch.size": len(records)})

    def publishing(self, publish: Publish) -> Publish:
        """Return what publishes the records of one outcome and makes a span of it."""

        async def publish_traced(records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
            told = {"messaging.batch.message_count": len(records)}
            with self._spans("publish", SpanKind.PRODUCER, records[:1], told):
                await publish(records, refusable=refusable)

        return publish_traced

    @contextmanager
    def _spans(self, name: str, kind: SpanKind, records: Sequence[AnyRecord], told: dict[str, int]) -> Iterator[None]:
        begin, failed = time.time_ns(), None
        try:
            yield
        except BaseException as error:
            failed = type(error).__qualname__
            raise
        finally:
            end = time.time_ns()
            for record in records:
                attributes = attributes_of(record) | told
                span = self._tracer.start_span(name, parent_of(record), kind, attributes, start_time=begin)
                if failed is not None:
                    span.set_attribute("error.type", failed)
                    span.set_status(Status(StatusCode.ERROR))
                span.end(end)


def attributes_of(record: AnyRecord) -> dict[str, str | int]:
    """Return where a record was read, or goes, by the names of OpenTelemetry's conventions for messaging."""
    told: dict[str, str | int] = {"messaging.system": "kafka", "messaging.destination.name": record.topic}
    if isinstance(record, InboundRecord):
        told["messaging.destination.partition.id"] = str(record.partition)
        told["messaging.kafka.offset"] = record.offset
    return told


def parent_of(record: AnyRecord) -> Context:
    """Return the trace that a record belongs to: the one that it came with, else one made of its place on the raw topic."""
    headers = {name.lower(): (value or b"").decode("ascii", "replace") for name, value in record.headers}
    told = _PROPAGATOR.extract(headers)
    if get_current_span(told).get_span_context().is_valid:
        return told
    digest = hashlib.sha256(_place(record, headers).encode()).digest()
    made = SpanContext(int.from_bytes(digest[:16]), int.from_bytes(digest[16:24]), is_remote=True, trace_flags=SAMPLED)
    return set_span_in_context(NonRecordingSpan(made))


def _place(record: AnyRecord, headers: dict[str, str]) -> str:
    """Return `topic/partition/offset` of the raw record: of its own, of the one it came from, or of its letter."""
    if INPUT in headers:
        return headers[INPUT]
    if isinstance(record, InboundRecord):
        return f"{record.topic}/{record.partition}/{record.offset}"
    return "/".join(headers.get(f"{PREFIX}{part}", "") for part in ("topic", "partition", "offset"))
