"""Spans: children of the crawler's, one for each record and stage, none of them with text."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from streams.adapters.supervision.metrics import Metrics
from streams.adapters.supervision.spans import open_tracer
from streams.adapters.supervision.tracing import Tracer
from streams.errors import SettingsError, Stage
from streams.pipeline import Pipeline
from streams.records import OutboundRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    from streams.articles import CleanArticle
    from streams.pipeline import Enrich
    from streams.records import InboundRecord

    Inbound = Callable[..., InboundRecord]

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = (("traceparent", f"00-{TRACE}-{SPAN}-01".encode()), ("tracestate", b"vendor=1"))
CANARY = "Kanari"
GOOD = {"text": f"Presiden {CANARY} bertemu Menteri di Jakarta pada hari Selasa."}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    yield exporter
    exporter.shutdown()


@pytest.fixture
def tracer(spans: InMemorySpanExporter) -> Tracer:
    return Tracer(SimpleSpanProcessor(spans))


@pytest.fixture
def timer(tracer: Tracer) -> Any:
    metrics = Metrics()
    metrics.trace(tracer)
    return metrics.time_stage


def ids(span: ReadableSpan) -> tuple[str, str]:
    """Trace and parent, in hexadecimal."""
    context, parent = span.get_span_context(), span.parent
    assert context is not None
    assert parent is not None
    return f"{context.trace_id:032x}", f"{parent.span_id:016x}"


def names(spans: InMemorySpanExporter) -> list[str]:
    return [span.name for span in spans.get_finished_spans()]


def test_every_stage_of_a_record_is_a_child_of_its_traceparent(
    inbound: Inbound, enrich: Enrich, timer: Any, spans: InMemorySpanExporter
) -> None:
    Pipeline(enrich, timer).process([inbound(GOOD, headers=PARENT, partition=3, offset=7)])
    assert names(spans) == ["decode", "extract", "enrich", "route"]
    for span in spans.get_finished_spans():
        assert ids(span) == (TRACE, SPAN)
        assert span.attributes is not None
        assert span.attributes["messaging.destination.partition.id"] == "3"
        assert span.attributes["messaging.kafka.offset"] == 7
        assert span.resource.attributes["service.name"] == "news-streams"
        assert span.start_time is not None
        assert span.end_time is not None
        assert span.start_time <= span.end_time
    context = spans.get_finished_spans()[0].get_span_context()
    assert context is not None
    assert context.trace_state.to_header() == "vendor=1"


def test_records_that_share_a_batch_have_a_span_each(
    inbound: Inbound, enrich: Enrich, timer: Any, spans: InMemorySpanExporter
) -> None:
    other = (("traceparent", f"00-{'a' * 32}-{SPAN}-01".encode()),)
    Pipeline(enrich, timer).process([inbound(GOOD, headers=PARENT), inbound(GOOD, headers=other)])
    enriched = [span for span in spans.get_finished_spans() if span.name == "enrich"]
    assert {ids(span)[0] for span in enriched} == {TRACE, "a" * 32}
    assert [dict(span.attributes or {})["batch.size"] for span in enriched] == [2, 2]


def test_a_crawler_that_wants_no_spans_gets_none(
    inbound: Inbound, enrich: Enrich, timer: Any, spans: InMemorySpanExporter
) -> None:
    unsampled = (("traceparent", f"00-{TRACE}-{SPAN}-00".encode()),)
    Pipeline(enrich, timer).process([inbound(GOOD, headers=unsampled)])
    assert names(spans) == []


@pytest.mark.parametrize(
    "headers", [(), (("traceparent", b"nonsense"),), (("traceparent", b"\xff" * 55),), (("traceparent", None),)]
)
def test_a_record_without_a_trace_has_one_of_its_own(
    inbound: Inbound, enrich: Enrich, timer: Any, spans: InMemorySpanExporter, headers: Any
) -> None:
    pipeline = Pipeline(enrich, timer)
    pipeline.process([inbound(GOOD, headers=headers, offset=1)])
    first = {ids(span) for span in spans.get_finished_spans()}
    assert len(first) == 1
    spans.clear()
    pipeline.process([inbound(GOOD, headers=headers, offset=2)])
    assert not {ids(span) for span in spans.get_finished_spans()} & first
    spans.clear()
    pipeline.process([inbound(GOOD, headers=headers, offset=1)])
    assert {ids(span) for span in spans.get_finished_spans()} == first, "the same record, the same trace"


def test_a_stage_that_fails_is_marked_and_not_quoted(inbound: Inbound, timer: Any, spans: InMemorySpanExporter) -> None:
    def fail(articles: Sequence[CleanArticle], at: Sequence[str]) -> Any:
        del articles, at
        raise ValueError(CANARY)

    Pipeline(fail, timer).process([inbound(GOOD, headers=PARENT)])
    failed = spans.get_finished_spans()[-1]
    assert (failed.name, failed.status.status_code) == ("enrich", StatusCode.ERROR)
    assert dict(failed.attributes or {})["error.type"] == "ValueError"
    assert CANARY not in "".join(span.to_json() for span in spans.get_finished_spans())


async def test_publishing_is_a_span_of_the_same_trace(
    inbound: Inbound, enrich: Enrich, tracer: Tracer, timer: Any, spans: InMemorySpanExporter
) -> None:
    async def publish(records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        assert refusable
        assert records

    for headers in (PARENT, ()):
        for body in (GOOD, b"{broken"):
            spans.clear()
            (outcome,) = Pipeline(enrich, timer).process([inbound(body, headers=headers, offset=5)])
            await tracer.publishing(publish)(outcome.records)
            told = spans.get_finished_spans()
            assert (told[-1].name, told[-1].kind) == ("publish", SpanKind.PRODUCER)
            assert len({ids(span) for span in told}) == 1, "outputs and letters are known by what they came from"


async def test_publishing_that_fails_is_told_and_raised(tracer: Tracer, spans: InMemorySpanExporter) -> None:
    async def publish(records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        del records, refusable
        raise ConnectionError(CANARY)

    with pytest.raises(ConnectionError):
        await tracer.publishing(publish)([OutboundRecord("t", None, None)])
    assert spans.get_finished_spans()[0].status.status_code is StatusCode.ERROR


@pytest.mark.parametrize("agent", ["places", "alerts"])
def test_agents_that_remember_have_spans_too(
    inbound: Inbound, tracer: Tracer, spans: InMemorySpanExporter, agent: str
) -> None:
    metrics = Metrics()
    metrics.trace(tracer)
    with metrics.agents[agent].time(inbound(GOOD, headers=PARENT)):
        pass
    (span,) = spans.get_finished_spans()
    assert (span.name, ids(span)) == (agent, (TRACE, SPAN))


def test_the_stage_is_timed_as_well(inbound: Inbound, tracer: Tracer) -> None:
    metrics = Metrics()
    metrics.trace(tracer)
    with metrics.time_stage(Stage.DECODE, (inbound(GOOD),)):
        pass
    assert metrics.registry.get_sample_value("news_streams_stage_duration_seconds_count", {"stage": "decode"}) == 1


def test_off_costs_no_import_and_makes_no_span() -> None:
    code = """
        import sys
        from streams.app import create_app
        from streams.settings import Settings
        create_app(Settings.load())
        assert not [name for name in sys.modules if name.startswith("opentelemetry")], sorted(sys.modules)
    """
    lines = "\n".join(line.strip() for line in code.splitlines())
    subprocess.run([sys.executable, "-c", lines], check=True)


def test_without_the_extra_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"setting traces: needs the extra \[otel\]"):
        open_tracer("http://127.0.0.1:4318/v1/traces")


async def test_stopping_waits_for_no_collector_that_is_silent(inbound: Inbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        tracer = open_tracer(f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces")
        await tracer.start()
        with tracer.stage("decode", [inbound(GOOD)]):
            pass
        async with asyncio.timeout(60):
            await tracer.stop()
