"""Faust's settings that follow from ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faust.types._env import WEB_PORT

from streams.adapters.kafka.credentials import faust_credentials
from streams.adapters.processing.memory import FETCH_BYTES
from streams.adapters.workarounds.faust_worker import NewsWorker, NoTables, QuietMonitor

if TYPE_CHECKING:
    from streams.settings import Settings

HEARTBEATS_PER_SESSION = 8
COMMIT_SECONDS = 1.0
BUFFERED_RECORDS = 256
REQUEST_SECONDS = 30.0


def faust_options(settings: Settings) -> dict[str, Any]:
    """Return Faust's settings that follow from ours."""
    return {
        "broker": settings.broker.replace(",", ";kafka://"),
        "broker_credentials": faust_credentials(settings),
        "Worker": NewsWorker,
        "TableManager": NoTables,
        "monitor": QuietMonitor(),
        "autodiscover": False,
        "origin": "streams.app",
        "stream_buffer_maxsize": BUFFERED_RECORDS,
        "stream_wait_empty": True,
        # Our own check creates topics; Faust's would make them with its own layout.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "broker_session_timeout": settings.session_timeout,
        "broker_heartbeat_interval": settings.session_timeout / HEARTBEATS_PER_SESSION,
        "broker_request_timeout": max(REQUEST_SECONDS, settings.session_timeout),
        "broker_commit_interval": COMMIT_SECONDS,
        "consumer_max_fetch_size": FETCH_BYTES,
        "consumer_auto_offset_reset": "earliest",
        "producer_request_timeout": REQUEST_SECONDS,
        "web_bind": settings.web_host,
        "web_port": announced_port(settings),
        "worker_redirect_stdouts": False,
    }


def announced_port(settings: Settings) -> int:
    """Return the port that Faust's banner names; Faust knows no 0, and which port is taken then the log says."""
    return settings.web_port or WEB_PORT
