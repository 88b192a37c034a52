"""Why a broker that is there does not let us in, in words: aiokafka logs it and raises that nobody answered.

So where a client could not connect, each host is asked once more for itself, and what that ends in is told.

| what it ends in                                   | what is wrong                                          |
|---------------------------------------------------|--------------------------------------------------------|
| the broker's certificate does not verify          | `tls_ca_file`, or another host answered                |
| an alert of TLS about a certificate               | `tls_certificate_file`: it wants one, or another       |
| any other failure of TLS                          | `tls`: another protocol is spoken at that port         |
| SASL: authentication failed                       | `sasl_username`, `sasl_password`                       |
| SASL: mechanism unknown, or not at this port      | `sasl_mechanism`                                       |
| a SCRAM exchange that does not add up             | an impostor: it does not know the password             |
| the connection closed at the first request        | perhaps `tls` or `sasl_mechanism`, perhaps no Kafka    |
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from streams.errors import AccessRefusedError, BrokerUnavailableError, NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

SECONDS: Final = 3.0
"""For asking once more, at most."""
CANNOT_CONNECT: Final = (OSError, TimeoutError, ValueError, LookupError, AssertionError)
"""What connecting can end in, besides errors of Kafka; the last three where the other side breaks the protocol."""
HUNG_UP: Final = (KafkaConnectionError, ConnectionResetError, BrokenPipeError, asyncio.IncompleteReadError)
_LONGEST: Final = 200


async def explain_failure(
    options: Mapping[str, Any], broker: str, patience: float, nodes: Collection[Any] = ()
) -> NewsStreamsError:
    """Return the error for a broker that could not be connected to.

    Args:
        options: of the client that failed, from `client_options`.
        broker: its address, for the text.
        patience: seconds that were waited.
        nodes: what the client learned of the cluster, each with host and port.
    """
    hosts = [(host, port) for host, port, _ in collect_hosts(options["bootstrap_servers"])]
    places = dict.fromkeys([*hosts, *((node.host, node.port) for node in nodes)])
    ends = await asyncio.gather(*(_ask(options, *place, min(patience, SECONDS)) for place in places))
    for reason in (describe_refusal(end, options) for end in ends):
        if reason is not None:
            return AccessRefusedError(f"the broker at {broker} {reason}")
    cut = any(isinstance(end, HUNG_UP) for end in ends)
    hint = f"; it hangs up on {options['security_protocol']}: settings tls, sasl_mechanism" if cut else ""
    who = "Kafka broker answers at" if not nodes else "node answers of the Kafka cluster at"
    return BrokerUnavailableError(f"no {who} {broker} (waited up to {patience:g} s){hint}")


async def _ask(options: Mapping[str, Any], host: str, port: int, seconds: float) -> Exception | None:
    """Connect and ask one question; return what it ends in, None where all is well."""
    secured = {name: value for name, value in options.items() if name != "bootstrap_servers"}
    try:
        with quiet_client():
            async with asyncio.timeout(seconds):
                connection = await create_conn(host, port, request_timeout_ms=int(seconds * 1000), **secured)
                try:
                    await connection.send(MetadataRequest([]))
                finally:
                    connection.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we want to know
        return error
    return None


def describe_refusal(error: BaseException | None, options: Mapping[str, Any]) -> str | None:
    """Say what the broker refuses, or None where the error is no refusal.

    Args:
        error: what connecting ended in.
        options: of the client, from `client_options`.
    """
    if isinstance(error, KafkaConnectionError) and isinstance(error.__cause__, ssl.SSLError):
        # With TLS 1.3 a broker looks at our certificate only after we think that all is well.
        error = error.__cause__
    if isinstance(error, ssl.SSLError):
        return _describe_tls(error)
    if isinstance(error, SaslAuthenticationFailed):
        return f"refuses the login ({harmless(error)}): settings sasl_username, sasl_password"
    if isinstance(error, UnsupportedSaslMechanismError | IllegalSaslStateError):
        return f"does not take SASL {options['sasl_mechanism']} at this port: setting sasl_mechanism"
    if isinstance(error, ValueError | LookupError) and not isinstance(error, UnicodeError):
        return "does not know the password itself, or speaks another protocol: do not trust it"
    return None


def _describe_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        told = harmless(error.verify_message)
        return f"has a certificate that does not verify ({told}): settings tls_ca_file, tls_check_hostname"
    reason = error.reason or type(error).__name__
    if "ALERT" in reason and "PROTOCOL_VERSION" not in reason:
        return f"does not take our certificate, or wants one ({reason}): settings tls_certificate_file, tls_key_file"
    return f"does not speak TLS as we do ({reason}): setting tls"


def harmless(text: object) -> str:
    """Return what a stranger says on one line, without control characters, not too long."""
    line = " ".join(str(text).split())
    return "".join(character for character in line if character.isprintable())[:_LONGEST]


@contextmanager
def quiet_client() -> Iterator[None]:
    """Keep aiokafka's own lines on a failed connection away: our error says it once."""
    logger = logging.getLogger("aiokafka")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
