"""An Apache Kafka that lets in whom it knows and lets them do what they were granted.

| listener       | who gets in                                                      |
|----------------|------------------------------------------------------------------|
| PLAINTEXT      | everyone, as super user: what the tests set up and read with     |
| SASL_PLAINTEXT | PLAIN and SCRAM users                                            |
| SASL_SSL       | the same over TLS                                                |
| SSL            | everyone over TLS, as super user                                 |
| MUTUAL         | whoever has a certificate of our authority, under its CN         |
| MISNAMED       | as SSL, with a certificate that names another host               |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from apache_kafka import ApacheKafka

if TYPE_CHECKING:
    from pathlib import Path

PLAIN_USERS = tuple(f"user-{number}" for number in range(64))
SCRAM_USERS = ("scram-worker", "scram-other")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
LISTENERS = {
    "SASL_PLAINTEXT": "SASL_PLAINTEXT",
    "SASL_SSL": "SASL_SSL",
    "SSL": "SSL",
    "MUTUAL": "SSL",
    "MISNAMED": "SSL",
}
_MODULE = "org.apache.kafka.common.security"


def password_of(user: str) -> str:
    """Return a user's password."""
    return f"{user}-geheim"


def pkcs8(certificate: trustme.LeafCert, password: str | None = None) -> bytes:
    """Return the private key in the form that Kafka reads, encrypted where there is a password."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@dataclass(frozen=True, slots=True)
class Certificates:
    """A folder of PEM files, signed by one authority.

    Attributes:
        folder: where they are.
        authority: who signs.
    """

    folder: Path
    authority: trustme.CA

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Make an authority, and its file."""
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder, trustme.CA())
        made.authority.cert_pem.write_to_path(str(made.ca))
        return made

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str, *hosts: str, password: str | None = None) -> tuple[Path, Path]:
        """Issue a certificate; return the files of the certificate and of its key."""
        issued = self.authority.issue_cert(*(hosts or (f"{name}.test",)), common_name=name)
        chain, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        chain.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
        key.write_bytes(pkcs8(issued, password))
        return chain, key

    def key_store(self, name: str, *hosts: str) -> Path:
        """Issue a certificate; return one file with the key and the certificate."""
        chain, key = self.issue(name, *hosts)
        store = self.folder / f"{name}-store.pem"
        store.write_bytes(key.read_bytes() + chain.read_bytes())
        return store


def secured_kafka(folder: Path, jars: Path, certificates: Certificates) -> ApacheKafka:
    """Return the broker, not started."""
    scram = [
        f"{mechanism}=[name={user},password={password_of(user)}]"
        for mechanism in MECHANISMS[1:]
        for user in SCRAM_USERS
    ]
    return ApacheKafka(
        folder,
        jars,
        settings=_settings(certificates),
        listeners=LISTENERS,
        format_arguments=[word for each in scram for word in ("--add-scram", each)],
    )


def _settings(certificates: Certificates) -> dict[str, str]:
    users = " ".join(f'user_{user}="{password_of(user)}"' for user in PLAIN_USERS)
    settings = {
        "group.min.session.timeout.ms": "1000",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificates.key_store("broker", "127.0.0.1", "localhost")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates.ca),
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/",
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.misnamed.ssl.keystore.type": "PEM",
        "listener.name.misnamed.ssl.keystore.location": str(certificates.key_store("misnamed", "kafka.test")),
    }
    for listener in ("sasl_plaintext", "sasl_ssl"):
        start = f"listener.name.{listener}"
        settings[f"{start}.plain.sasl.jaas.config"] = f"{_MODULE}.plain.PlainLoginModule required {users};"
        for mechanism in MECHANISMS[1:]:
            settings[f"{start}.{mechanism.lower()}.sasl.jaas.config"] = f"{_MODULE}.scram.ScramLoginModule required;"
    return settings
