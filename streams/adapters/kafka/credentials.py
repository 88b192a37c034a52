"""Settings into what Kafka clients take: the one place for addresses, TLS and SASL.

Our own clients are aiokafka's, and so are those that Faust makes: both get the same options.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faust.auth import Credentials

    from streams.settings import Settings


def _is_not_debug(record: logging.LogRecord) -> bool:
    """Keep aiokafka from logging whole requests: that of PLAIN holds the password."""
    return record.levelno > logging.DEBUG


logging.getLogger("aiokafka.conn").addFilter(_is_not_debug)


def bootstrap_servers(broker: str) -> list[str]:
    """Return the hosts of `kafka://host:port,host:port` as Kafka clients take them."""
    return broker.removeprefix("kafka://").split(",")


def client_options(broker: Settings | str) -> dict[str, Any]:
    """Return where the broker is and how to get in, as every client of aiokafka takes it.

    Args:
        broker: the settings; a mere address stands for a broker that is open to everyone.

    Raises:
        SettingsError: a file of a certificate, a key or a password cannot be used (any more).
    """
    if isinstance(broker, str):
        return {"bootstrap_servers": bootstrap_servers(broker), "security_protocol": "PLAINTEXT"}
    context = broker.tls_context()
    transport = "PLAINTEXT" if context is None else "SSL"
    options = {"bootstrap_servers": bootstrap_servers(broker.broker), "ssl_context": context}
    if broker.sasl_mechanism is None:
        return options | {"security_protocol": transport}
    return options | {
        "security_protocol": f"SASL_{transport}",
        "sasl_mechanism": broker.sasl_mechanism,
        "sasl_plain_username": broker.sasl_username,
        "sasl_plain_password": broker.sasl_secret(),
    }


def faust_credentials(settings: Settings) -> Credentials | None:
    """Return the same for Faust's consumer and producer; None for a broker that is open to everyone.

    Raises:
        SettingsError: as `client_options`.
    """
    # Not at the top: slow to import, and no command but the worker needs it.
    from faust.auth import SASLCredentials, SSLCredentials  # noqa: PLC0415

    options = client_options(settings)
    if settings.sasl_mechanism is not None:
        return SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=options["ssl_context"],
        )
    return SSLCredentials(options["ssl_context"]) if settings.tls else None
