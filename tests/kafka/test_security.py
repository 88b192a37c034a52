"""Security to the broker, on a real Apache Kafka with access control: who gets in, who does not, who may do what."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from click.testing import CliRunner

import streams.samples
from acls import grant, parse_line
from brokers import JARS, Topics
from secured_kafka import PLAIN_USERS, Certificates, password_of, secured_kafka
from streams.adapters.kafka.clients import open_producer, open_reader
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.preparation import prepare_topics
from streams.cli import commands
from streams.errors import AccessRefusedError, BrokerUnavailableError, TopicLayoutError
from streams.grants import Operation, Role, grants_of
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.topics import DEAD, ENRICHED, MENTIONED, RAW, TOPICS
from workers import FAKE_WORKER, Worker, order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.testing import Result

    from apache_kafka import ApacheKafka

pytestmark = [pytest.mark.apache, pytest.mark.timeout(240)]

BIN = Path(sys.executable).parent
SEED = Path(__file__).parents[1] / "data" / "seed-republika.txt"
WORKER_GRANTS = tuple(each for each in grants_of(Role.WORKER, "news-streams") if not each.prefix)
PREFIXES = [each for each in grants_of(Role.WORKER, "news-streams") if each.prefix]
NEEDED_EACH = [
    each
    for each in WORKER_GRANTS
    if not any(each.name.startswith(wide.name) and each.operation is wide.operation for wide in PREFIXES)
]
"""Those that no right on a prefix gives as well."""
RULES = Path(streams.samples.__file__).parent / "rules" / "bank.yaml"
KEY_PASSWORD = "opens the key"  # noqa: S105 - of a key made for this test


class Place:
    """The broker, and how each of its users gets in.

    Args:
        kafka: running.
        certificates: that it knows.
        strange: of an authority that it does not know.
    """

    def __init__(self, kafka: ApacheKafka, certificates: Certificates, strange: Certificates) -> None:
        self.kafka = kafka
        self.topics = Topics(kafka.address)
        self.certificates = certificates
        self.strange = strange
        self.tls = {"tls": "true", "tls_ca_file": str(certificates.ca)}

    def login(self, user: str, mechanism: str = "PLAIN") -> dict[str, str]:
        return {"sasl_mechanism": mechanism, "sasl_username": user, "sasl_password": password_of(user)}

    def own_certificate(self, name: str, source: Certificates | None = None) -> dict[str, str]:
        """Return the settings of a certificate with an encrypted key, whose password is in a file."""
        certificate, key = (source or self.certificates).issue(name, password=KEY_PASSWORD)
        password = certificate.with_suffix(".password")
        password.write_text(f"{KEY_PASSWORD}\n")
        files = {"certificate_file": certificate, "key_file": key, "key_password_file": password}
        return self.tls | {f"tls_{name}": str(path) for name, path in files.items()}

    def at(self, listener: str, *settings: dict[str, str]) -> dict[str, str]:
        together = {"broker": self.kafka.address_of(listener)}
        for some in settings:
            together |= some
        return together

    def grant(self, principal: str, role: str = "worker", without: str = "") -> None:
        """Grant what `news-streams topics acls` prints, but for one of them."""
        command = ["topics", "acls", "--principal", f"User:{principal}", "--role", str(role)]
        lines = run(command, {}).stdout.splitlines()
        grants = [each for line in lines for each in parse_line(line)]
        assert {f"User:{principal}"} == {each[3] for each in grants}
        left = [each for each in grants if f"{each[4]} {each[0]} {each[1]}" != without]
        assert len(left) == len(grants) - bool(without)
        asyncio.run(grant(self.kafka.address, left))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("secured")
    certificates, strange = Certificates.make(folder / "known"), Certificates.make(folder / "strange")
    with secured_kafka(folder / "cluster", JARS, certificates) as kafka:
        place = Place(kafka, certificates, strange)
        place.topics.make()
        yield place


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers that are killed at the end of the test."""
    started: list[Worker] = []

    def start(settings: dict[str, str], command: Sequence[str] = FAKE_WORKER) -> Worker:
        settings = dict(settings)
        worker = Worker(command, settings.pop("broker"), tmp_path / f"worker-{len(started)}.log", settings)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()


def run(arguments: Sequence[str], settings: dict[str, str]) -> Result:
    """Run a command of ours, in this process."""
    environment = {f"NEWS_STREAMS_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(commands, list(arguments), env=environment)


def ids_of(records: Sequence[Any]) -> set[str]:
    return {json.loads(record.value)["id"] for record in records}


def way_in(place: Place, name: str) -> tuple[str, dict[str, str]]:
    """Return who gets in, and with which settings."""
    match name:
        case "PLAIN":
            return "user-0", place.at("SASL_PLAINTEXT", place.login("user-0"))
        case "SCRAM-SHA-256" | "SCRAM-SHA-512":
            return "scram-worker", place.at("SASL_PLAINTEXT", place.login("scram-worker", name))
        case "SCRAM-SHA-512 over TLS":
            return "scram-worker", place.at("SASL_SSL", place.login("scram-worker", "SCRAM-SHA-512"), place.tls)
        case "TLS":
            return "nobody", place.at("SSL", place.tls)
        case _:
            return "mutual-worker", place.at("MUTUAL", place.own_certificate("mutual-worker"))


@pytest.mark.parametrize(
    "name",
    ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-512 over TLS", "TLS", "mutual TLS"],
)
def test_a_worker_gets_in_and_works(place: Place, start: Callable[..., Worker], name: str) -> None:
    user, settings = way_in(place, name)
    place.grant(user)
    worker = start(settings)
    worker.wait_ready()
    before = len(place.topics.read(ENRICHED.name))
    orders = {f"{name} {number}" for number in range(20)}
    place.topics.publish([OutboundRecord(RAW.name, None, order(each)) for each in sorted(orders)])
    place.topics.publish([OutboundRecord(RAW.name, None, order(name, "dead"))])
    assert orders <= ids_of(place.topics.read(ENRICHED.name, at_least=before + 20))
    assert orders <= ids_of(place.topics.read(MENTIONED.name, at_least=before + 20))
    worker.wait_for(lambda: worker.metric("news_streams_in_flight_records") == 0)
    metrics = worker.get("/metrics")[1]
    assert worker.stop() == 0
    assert "news_streams_in_flight_records" in metrics
    for secret in (password_of(user), KEY_PASSWORD):
        assert secret not in worker.log + metrics


def test_the_real_worker_with_settings_from_a_file(place: Place, start: Callable[..., Worker], tmp_path: Path) -> None:
    place.grant("file-worker")
    given = place.own_certificate("file-worker")
    config = tmp_path / "worker.toml"
    config.write_text(
        "".join(f"{name} = {value if value == 'true' else repr(value)}\n" for name, value in given.items())
    )
    worker = start(
        {"broker": place.kafka.address_of("MUTUAL")}, [str(BIN / "news-streams"), "--config", str(config), "worker"]
    )
    worker.wait_ready()
    article = {"text": SEED.read_text(), "url": "https://republika.co.id/berita/s11abc"}
    before = len(place.topics.read(ENRICHED.name))
    place.topics.publish([OutboundRecord(RAW.name, None, orjson.dumps(article))])
    place.topics.read(ENRICHED.name, at_least=before + 1)
    assert worker.stop() == 0


def refusals(place: Place) -> dict[str, tuple[dict[str, str], str]]:
    """Return settings that cannot work, and what must be said."""
    wrong = {"sasl_password": "wrong"}
    login, stranger = place.login("user-0"), {"sasl_username": "nobody-knows"}
    scram = place.login("scram-worker", "SCRAM-SHA-256")
    scram_512 = place.login("scram-worker", "SCRAM-SHA-512")
    strange = {"tls_ca_file": str(place.strange.ca)}
    refused = "refuses the login .*settings sasl_username, sasl_password"
    wants = r"does not take our certificate, or wants one \(.*\): settings tls_certificate_file"
    no_answer = "no Kafka broker answers at .*; it hangs up on"
    return {
        "wrong password, PLAIN": (place.at("SASL_PLAINTEXT", login, wrong), refused),
        "wrong password, SCRAM-SHA-256": (place.at("SASL_PLAINTEXT", scram, wrong), refused),
        "wrong password, SCRAM-SHA-512": (place.at("SASL_SSL", scram_512, wrong, place.tls), refused),
        "unknown user, PLAIN": (place.at("SASL_PLAINTEXT", login, stranger), refused),
        "unknown user, SCRAM": (place.at("SASL_PLAINTEXT", scram, stranger), refused),
        "unknown authority": (
            place.at("SSL", place.tls, strange),
            r"does not verify \(.*certificate.*\): settings tls_ca_file",
        ),
        "authorities of the system": (
            place.at("SSL", {"tls": "true"}),
            r"does not verify \(.*\): settings tls_ca_file",
        ),
        "another host's certificate": (place.at("MISNAMED", place.tls), r"does not verify \(IP address mismatch.*\)"),
        "no certificate": (place.at("MUTUAL", place.tls), wants),
        "a strange certificate": (
            place.at("MUTUAL", place.own_certificate("strange", place.strange) | place.tls),
            wants,
        ),
        "TLS where none is": (place.at("SASL_PLAINTEXT", login, place.tls), f"{no_answer} SASL_SSL: settings tls"),
        "no TLS where it is": (place.at("SASL_SSL", login), f"{no_answer} SASL_PLAINTEXT: settings tls"),
        "nothing where TLS is": (place.at("SSL"), f"{no_answer} PLAINTEXT: settings tls, sasl_mechanism"),
        "nothing where SASL is": (place.at("SASL_PLAINTEXT"), f"{no_answer} PLAINTEXT: settings tls, sasl_mechanism"),
        "SASL where none is": (
            {"broker": place.kafka.address} | login,
            "does not take SASL PLAIN at this port: setting sasl_mechanism",
        ),
    }


REFUSALS = (
    "wrong password, PLAIN",
    "wrong password, SCRAM-SHA-256",
    "wrong password, SCRAM-SHA-512",
    "unknown user, PLAIN",
    "unknown user, SCRAM",
    "unknown authority",
    "authorities of the system",
    "another host's certificate",
    "no certificate",
    "a strange certificate",
    "TLS where none is",
    "no TLS where it is",
    "nothing where TLS is",
    "nothing where SASL is",
    "SASL where none is",
)


@pytest.mark.parametrize("name", REFUSALS)
async def test_every_client_says_why_it_is_refused(place: Place, name: str) -> None:
    given, said = refusals(place)[name]
    assert set(REFUSALS) == set(refusals(place))
    settings = Settings.load(**given)
    for client in (
        administration(settings),
        open_producer(settings, RAW.name),
        open_reader(settings, [RAW.name], "latest"),
    ):
        with pytest.raises((AccessRefusedError, BrokerUnavailableError), match=said) as caught:
            async with client:
                pass
        assert password_of("user-0") not in str(caught.value)
        assert isinstance(caught.value, AccessRefusedError) is ("no Kafka broker answers" not in said)


@pytest.mark.parametrize("name", ["wrong password, SCRAM-SHA-256", "unknown authority", "no certificate"])
def test_a_refused_worker_says_so_and_ends(place: Place, start: Callable[..., Worker], name: str) -> None:
    given, said = refusals(place)[name]
    worker = start(given)
    require_refused(worker, said)


def require_refused(worker: Worker, said: str) -> None:
    assert worker.process.wait(60) == 1
    assert "Traceback" not in worker.log
    last = worker.log.splitlines()[-1]
    assert last.startswith("news-streams: ")
    assert re.search(said, last), last


def test_a_host_that_the_certificate_does_not_name_passes_when_asked(place: Place) -> None:
    result = run(["topics", "check"], place.at("MISNAMED", place.tls, {"tls_check_hostname": "false"}))
    assert result.stdout == f"all {len(TOPICS)} topics are as wanted\n", result.stderr


@pytest.mark.parametrize("number", range(len(NEEDED_EACH)), ids=[str(each) for each in NEEDED_EACH])
def test_without_any_one_grant_a_worker_says_which(place: Place, number: int) -> None:
    user, missing = PLAIN_USERS[10 + number], str(NEEDED_EACH[number])
    place.grant(user, without=missing)
    said = f"does not let us {missing}; `news-streams topics acls` prints the grants$"
    with pytest.raises(AccessRefusedError, match=said):
        asyncio.run(prepare_topics(Settings.load(**place.at("SASL_PLAINTEXT", place.login(user)))))


def test_without_any_grant_a_worker_names_them_and_ends(place: Place, start: Callable[..., Worker]) -> None:
    worker = start(place.at("SASL_PLAINTEXT", place.login("user-1")))
    require_refused(worker, "does not let us ")
    for each in WORKER_GRANTS:
        if each.operation in {Operation.READ, Operation.WRITE}:
            assert str(each) in worker.log


def test_another_group_needs_a_grant_of_its_own(place: Place) -> None:
    place.grant("user-2")
    settings = place.at("SASL_PLAINTEXT", place.login("user-2"), {"group": "other"})
    with pytest.raises(AccessRefusedError, match="does not let us Read group other; "):
        asyncio.run(prepare_topics(Settings.load(**settings)))


async def test_a_topic_that_is_missing_needs_the_right_to_create(place: Place) -> None:
    from streams.adapters.kafka.topic_layouts import create_missing  # noqa: PLC0415
    from streams.topics import Topic  # noqa: PLC0415

    one = Topic("news.one.more", None, "none", 1, RAW.retention)
    async with administration(Settings.load(**place.at("SASL_PLAINTEXT", place.login("user-3")))) as client:
        with pytest.raises(TopicLayoutError, match=r"topic news\.one\.more cannot be created: TopicAuthorization"):
            await create_missing(client, [one], replication=1, max_record_bytes=1024)


COMMANDS = {
    Role.CRAWLER: ["produce", str(SEED)],
    Role.SUBSCRIBER: ["tail", "--topic", DEAD.name, "--topic", ENRICHED.name, "--from", "earliest", "--limit", "1"],
    Role.OPERATOR: ["audit"],
    Role.AUTHOR: ["rules", "apply", "--yes", str(RULES)],
    Role.ADMINISTRATOR: ["topics", "check"],
}
# A replay publishes raw articles, and whoever replays sees what came out.
ALLOWED = {role: {role} for role in COMMANDS} | {Role.OPERATOR: {Role.OPERATOR, Role.CRAWLER, Role.SUBSCRIBER}}


@pytest.mark.parametrize(("role", "user"), [(role, PLAIN_USERS[4 + place]) for place, role in enumerate(COMMANDS)])
def test_each_role_does_its_own_and_nothing_else(place: Place, role: Role, user: str) -> None:
    settings = place.at("SASL_PLAINTEXT", place.login(user))
    place.topics.publish([OutboundRecord(topic.name, b"k", order("a")) for topic in (ENRICHED, DEAD)])
    before = run(COMMANDS[role], settings)
    assert (before.exit_code, before.stdout) == (1, "")
    assert "does not let us " in before.stderr
    assert len(before.stderr.splitlines()) == 1
    place.grant(user, role)
    for other, command in COMMANDS.items():
        done = run(command, settings)
        # A right to create cannot be asked for before the topic is there: the broker says no itself.
        refused = "does not let us" in done.stderr or "AuthorizationFailed" in done.stderr
        assert refused is (other not in ALLOWED[role]), (other, done.output)


def test_an_operator_lists_and_replays(place: Place, start: Callable[..., Worker]) -> None:
    user, settings = way_in(place, "PLAIN")
    place.grant(user)
    place.grant("user-9", Role.OPERATOR)
    worker = start(settings)
    worker.wait_ready()
    before = len(place.topics.dead())
    place.topics.publish([OutboundRecord(RAW.name, None, order("to be replayed", "dead"))])
    place.topics.read(DEAD.name, at_least=before + 1)
    worker.wait_for(lambda: worker.metric("news_streams_in_flight_records") == 0)
    assert worker.stop() == 0
    operator = place.at("SASL_SSL", place.tls, place.login("user-9"))
    # The desk of the real worker found no articles in what other tests published.
    ours = ["--topic", RAW.name]
    listed = run(["dlq", "list", "--json", *ours], operator)
    assert "to be replayed" in listed.stdout, listed.stderr
    count = len(listed.stdout.splitlines())
    replayed = run(["dlq", "replay", "--confirm", str(count), *ours], operator)
    assert replayed.exit_code == 0, replayed.output
    assert run(["dlq", "list", "--json", *ours], operator).stdout == ""


async def test_nothing_logs_a_password(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings.load(**place.at("SASL_PLAINTEXT", place.login("user-0")))
    with pytest.raises(AccessRefusedError):
        async with open_producer(settings, "not.granted"):
            pass
    assert "Authenticated as user-0" in caplog.text
    assert password_of("user-0") not in caplog.text
