"""Where spans go: to an OTLP endpoint, by the extra `[otel]`, which is imported only where the setting `traces` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.errors import SettingsError

if TYPE_CHECKING:
    from streams.adapters.supervision.tracing import Tracer


def open_tracer(endpoint: str) -> Tracer:
    """Return what sends spans in the background.

    Args:
        endpoint: `http://collector:4318/v1/traces`.

    Raises:
        SettingsError: the extra is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        from streams.adapters.supervision.tracing import Tracer  # noqa: PLC0415
    except ImportError as error:
        msg = f"setting traces: needs the extra [otel]: pip install 'news-streams[otel]' ({error.name} is missing)"
        raise SettingsError(msg) from None
    return Tracer(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
