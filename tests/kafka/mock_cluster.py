"""librdkafka's mock cluster: a Kafka in this process that fails as told, by protocol error and by delay.

It comes in the wheel of confluent-kafka and is reached by ctypes (`rdkafka_mock.h`, whose words are the documentation).
It is no broker to prove anything on: it shows what a client of ours does with an answer that a real one gives rarely.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum
from importlib.metadata import files
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

PRODUCER = 0
"""The kind of client that the cluster hangs on."""


class Request(IntEnum):
    """Requests that can be failed, by their numbers in the protocol."""

    PRODUCE = 0
    FETCH = 1
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    INIT_PRODUCER_ID = 22


class Fault(IntEnum):
    """Errors, by their numbers in the protocol."""

    CORRUPT_MESSAGE = 2
    LEADER_NOT_AVAILABLE = 5
    NOT_LEADER = 6
    REQUEST_TIMED_OUT = 7
    MESSAGE_TOO_LARGE = 10
    COORDINATOR_LOAD_IN_PROGRESS = 14
    COORDINATOR_NOT_AVAILABLE = 15
    NOT_COORDINATOR = 16
    NOT_ENOUGH_REPLICAS = 19
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20
    TOPIC_AUTHORIZATION_FAILED = 29


class MockCluster:
    """A cluster in this process; use as a context manager.

    Args:
        topics: created at the start.
        partitions: of each.
        size: brokers, numbered from 1.
    """

    def __init__(self, topics: Sequence[str], partitions: int = 4, size: int = 1) -> None:
        self._topics = topics
        self._partitions = partitions
        self._size = size
        self._library = library()

    @property
    def address(self) -> str:
        """`kafka://host:port,host:port`."""
        return f"kafka://{self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()}"

    def fail(self, request: Request, *faults: Fault) -> None:
        """Fail the next requests of a kind, one fault each."""
        codes = (ctypes.c_int * len(faults))(*faults)
        self._library.rd_kafka_mock_push_request_errors_array(self._cluster, request, len(faults), codes)

    def delay(self, seconds: float, broker: int = 1) -> None:
        """Make every answer of a broker take so long from now on."""
        self._library.rd_kafka_mock_broker_set_rtt(self._cluster, broker, int(seconds * 1000))

    def take_down(self, broker: int = 1) -> None:
        """Close a broker's connections and take no more."""
        self._library.rd_kafka_mock_broker_set_down(self._cluster, broker)

    def bring_up(self, broker: int = 1) -> None:
        """Take connections again."""
        self._library.rd_kafka_mock_broker_set_up(self._cluster, broker)

    def __enter__(self) -> Self:
        reason = ctypes.create_string_buffer(512)
        self._client = self._library.rd_kafka_new(PRODUCER, None, reason, len(reason))
        assert self._client, reason.value.decode()
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, self._size)
        for topic in self._topics:
            code = self._library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), self._partitions, self._size)
            assert not code, f"{topic}: error {code}"
        return self

    def __exit__(self, *_: object) -> None:
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)


def library() -> Any:
    """Load the shared library out of the wheel."""
    found = [path for path in files("confluent-kafka") or () if path.name.startswith("librdkafka")]
    loaded = ctypes.CDLL(str(found[0].locate()))
    handle, number = ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        ("rd_kafka_new", handle, (number, handle, ctypes.c_char_p, ctypes.c_size_t)),
        ("rd_kafka_destroy", None, (handle,)),
        ("rd_kafka_mock_cluster_new", handle, (handle, number)),
        ("rd_kafka_mock_cluster_destroy", None, (handle,)),
        ("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, (handle,)),
        ("rd_kafka_mock_topic_create", number, (handle, ctypes.c_char_p, number, number)),
        ("rd_kafka_mock_push_request_errors_array", None, (handle, ctypes.c_int16, ctypes.c_size_t, handle)),
        ("rd_kafka_mock_broker_set_rtt", number, (handle, ctypes.c_int32, number)),
        ("rd_kafka_mock_broker_set_down", number, (handle, ctypes.c_int32)),
        ("rd_kafka_mock_broker_set_up", number, (handle, ctypes.c_int32)),
    ):
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded
