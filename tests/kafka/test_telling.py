"""What a real worker tells of its work, and what it never tells: the text of an article."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from monitoring.watched import COMMAND
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]

CANARY = "Kanarikuning"
ARTICLE = f"Presiden {CANARY} bertemu Menteri {CANARY} di Jakarta, Selasa. Ia berkata: 'kami senang sekali.'"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = [("traceparent", f"00-{TRACE}-{SPAN}-01".encode())]
TWISTED = [
    orjson.dumps({"text": ARTICLE, "url": f"https://example.org/{CANARY}", "id": CANARY}),
    orjson.dumps({"html": f"<html><head><title>{CANARY}</title></head><body><p>{ARTICLE}</p></body></html>"}),
    orjson.dumps({"html": f"<!-- {CANARY} -->"}),
    orjson.dumps({"text": ARTICLE, "published_at": CANARY}),
    f'{{"text": "{CANARY}'.encode(),
    CANARY.encode("utf-16"),
]


def events(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


@pytest.mark.parametrize("level", ["info", "debug"])
def test_no_text_of_an_article_is_logged_published_or_dead(
    produce: Callable[..., None], start_worker: Any, outputs: Any, level: str
) -> None:
    worker = start_worker([*COMMAND, "--log-level", level], log_format="json")
    produce([(CANARY.encode(), value, [(CANARY, CANARY.encode())]) for value in TWISTED])
    worker.wait_for(lambda: worker.metric("news_streams_end_to_end_latency_seconds_count") == len(TWISTED))
    outputs.wait_counts(enriched=1, dead=3)
    metrics = worker.get("/metrics")[1]
    assert worker.stop() == 0
    told = events(worker.log)
    assert told[-1]["fields"] == {"exit_code": 0}
    assert all({"time", "level", "logger", "message"} <= set(each) for each in told)
    assert CANARY not in worker.log + metrics


@pytest.mark.parametrize(("do", "code"), [("raise_", 0), ("exit", 0), ("dead", 0), ("defect", 70)])
def test_no_text_is_logged_by_one_that_fails_or_crashes(
    produce: Callable[..., None], start_worker: Any, do: str, code: int
) -> None:
    worker = start_worker(log_format="json")
    produce([order("a"), order(CANARY, do)])
    if code:
        assert worker.process.wait(worker.patience) == code
    else:
        worker.wait_for(lambda: worker.metric('news_streams_records_total{outcome="dead_lettered"}') == 1)
        assert worker.stop() == code
    told = events(worker.log)
    assert told[-1]["fields"] == {"exit_code": code}
    assert CANARY not in worker.log
    if do == "defect":
        (crash,) = [each for each in told if "stack" in each]
        assert crash["message"] == "a defect in the delivery of records"
        assert crash["stack"][0] == "builtins.ValueError"


class Sink:
    """An OTLP endpoint that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        sink = self

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = ExportTraceServiceRequest.FromString(body)
                sink.spans += [
                    span
                    for resource in request.resource_spans
                    for scope in resource.scope_spans
                    for span in scope.spans
                ]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                del args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_spans_of_every_stage_reach_a_collector(
    produce: Callable[..., None], start_worker: Any, outputs: Any, sink: Sink
) -> None:
    worker = start_worker(COMMAND, traces=sink.url, log_format="json")
    produce([(b"a", TWISTED[0], PARENT), (b"b", b"{broken", PARENT)])
    outputs.wait_counts(enriched=1, dead=1)
    assert worker.stop() == 0
    ours = [span for span in sink.spans if span.trace_id.hex() == TRACE]
    assert {"decode", "extract", "enrich", "route", "publish"} <= {span.name for span in ours}
    assert {span.parent_span_id.hex() for span in ours} == {SPAN}
    assert [span.name for span in ours if span.status.code == span.status.STATUS_CODE_ERROR] == ["decode"]
    assert CANARY not in str(sink.spans)


def test_a_collector_that_is_away_holds_up_nothing(
    produce: Callable[..., None], start_worker: Any, outputs: Any, sink: Sink
) -> None:
    sink.server.server_close()
    worker = start_worker(COMMAND, traces=sink.url, log_format="json")
    produce([(b"a", TWISTED[0], PARENT)])
    outputs.wait_counts(enriched=1, dead=0)
    assert worker.stop() == 0
    assert all(each["level"] != "CRITICAL" for each in events(worker.log))
