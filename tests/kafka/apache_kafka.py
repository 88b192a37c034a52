"""A real Apache Kafka (KRaft, no ZooKeeper) for the tests: one node or three, on free loopback ports.

Its artifacts come by Maven from the `pom.xml` beside this file. Every node is a process with its own
data folder, so that a test can kill one, stop one or bring one back with what it had written.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

POM = Path(__file__).with_name("pom.xml")
START_SECONDS = 60
MAVEN_SECONDS = 600.0
"""About 45 MB come the first time."""
LOG4J = """\
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c %m%n
"""


class KafkaUnavailableError(RuntimeError):
    """Java or Maven is missing, or the broker did not start; the text says which and shows its log."""


def classpath(target: Path) -> str:
    """Resolve the broker's artifacts into `target` once and return them as a Java class path."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            msg = f"the Kafka suite needs {tool} on the PATH"
            raise KafkaUnavailableError(msg)
    stamp = target / f".resolved-{hash_of(POM)}"
    if not stamp.exists():
        resolve(target)
        stamp.touch()
    return f"{target}/*"


def resolve(target: Path) -> None:
    """Let Maven fetch the artifacts.

    Raises:
        KafkaUnavailableError: it failed, or took longer than anyone waits; what it had fetched it keeps.
    """
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={target}"]
    process = subprocess.Popen(
        [*command, "-DincludeScope=runtime"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            said, _ = process.communicate(timeout=MAVEN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # mvn is a script: Java is its child
            msg = (
                f"Maven did not fetch Apache Kafka within {MAVEN_SECONDS:g} s; is its repository slow or out of reach?"
            )
            raise KafkaUnavailableError(msg) from None
    if process.returncode:
        msg = f"Maven could not resolve Apache Kafka:\n{said[-2000:]}"
        raise KafkaUnavailableError(msg)


def hash_of(path: Path) -> str:
    """Short stable name of a file's content."""
    return uuid.uuid5(uuid.NAMESPACE_OID, path.read_text()).hex[:12]


def free_ports(count: int) -> list[int]:
    """Ask the kernel for ports nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass(slots=True)
class Node:
    """One broker (and controller) process."""

    number: int
    port: int
    folder: Path
    classes: str
    process: subprocess.Popen[bytes] | None = None
    ports: dict[str, int] = field(default_factory=dict)
    """Of the further listeners, by their names."""

    @property
    def properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def java(self, main: str, *arguments: str) -> list[str]:
        """Return a command of the Kafka distribution."""
        options = [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}", "-XX:TieredStopAtLevel=1"]
        return ["java", "-Xms64m", "-Xmx512m", *options, "-cp", self.classes, main, *arguments]

    def format(self, cluster: str, settings: dict[str, str], arguments: Sequence[str] = ()) -> None:
        """Write the settings and format the data folder; arguments are those of `kafka-storage format`."""
        self.folder.mkdir(parents=True)
        (self.folder / "log4j2.properties").write_text(LOG4J)
        self.properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        # With "=": one id in sixty-four begins with a dash.
        format_ = ("format", f"--cluster-id={cluster}", "-c", str(self.properties), *arguments)
        command = self.java("kafka.tools.StorageTool", *format_)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise KafkaUnavailableError(done.stdout + done.stderr)

    def start(self) -> None:
        """Start the process; it answers some seconds later."""
        with self.log.open("ab") as log:
            command = self.java("kafka.Kafka", str(self.properties))
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait for the end (SIGKILL after 20 s)."""
        if self.process is None:
            return
        self.process.send_signal(with_signal)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def answers(self) -> bool:
        """Tell whether the listener is open."""
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait(self) -> None:
        """Wait until the listener is open.

        Raises:
            KafkaUnavailableError: the process ended or stays silent; the text has the end of its log.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                msg = f"Kafka node {self.number} did not start:\n{self.log.read_text()[-3000:]}"
                raise KafkaUnavailableError(msg)
            time.sleep(0.1)


@dataclass(slots=True)
class ApacheKafka:
    """A cluster; use as a context manager.

    Args:
        folder: data and logs, one folder a node; must be empty.
        jars: where the artifacts are kept between runs.
        size: one node or three.
        settings: more lines for every node's server.properties.
        listeners: further listeners beside the open one, by name: the security protocol of each.
        format_arguments: more arguments of `kafka-storage format`, as `--add-scram`.
    """

    folder: Path
    jars: Path
    size: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    listeners: dict[str, str] = field(default_factory=dict)
    format_arguments: Sequence[str] = ()
    nodes: list[Node] = field(default_factory=list)

    @property
    def address(self) -> str:
        """`kafka://host:port,host:port`, as the commands take it."""
        return "kafka://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def address_of(self, listener: str, host: str = "127.0.0.1") -> str:
        """Return the address of one of the further listeners."""
        return "kafka://" + ",".join(f"{host}:{node.ports[listener]}" for node in self.nodes)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.stop(signal.SIGKILL)

    def _start(self) -> None:
        classes = classpath(self.jars)
        ports = free_ports((2 + len(self.listeners)) * self.size)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        voters = ",".join(f"{i + 1}@127.0.0.1:{port}" for i, port in enumerate(ports[self.size : 2 * self.size]))
        for number in range(1, self.size + 1):
            port, control, *others = ports[number - 1 :: self.size]
            further = dict(zip(self.listeners, others, strict=True))
            node = Node(number, port, self.folder / f"node-{number}", classes, ports=further)
            node.format(cluster, self._properties(node, control, voters) | self.settings, self.format_arguments)
            self.nodes.append(node)
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait()

    def _properties(self, node: Node, control: int, voters: str) -> dict[str, str]:
        copies = str(self.size)
        protocols = {"CONTROLLER": "PLAINTEXT", "PLAINTEXT": "PLAINTEXT"} | self.listeners
        open_to = {"PLAINTEXT": node.port} | node.ports
        advertised = ",".join(f"{name}://127.0.0.1:{port}" for name, port in open_to.items())
        return {
            "process.roles": "broker,controller",
            "node.id": str(node.number),
            "controller.quorum.voters": voters,
            "listeners": f"{advertised},CONTROLLER://127.0.0.1:{control}",
            "advertised.listeners": advertised,
            "listener.security.protocol.map": ",".join(f"{name}:{value}" for name, value in protocols.items()),
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(node.folder / "data"),
            "default.replication.factor": copies,
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": "1",
            "min.insync.replicas": str(min(2, self.size)),
            "group.initial.rebalance.delay.ms": "0",
            "message.max.bytes": str(16 * 1024 * 1024),
            "auto.create.topics.enable": "false",
        }
