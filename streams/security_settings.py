"""The settings of security to the broker: TLS and SASL, checked as a whole when the settings are read.

`streams.adapters.kafka.credentials` turns them into what the clients take; nothing else reads them. A secret comes as a value
or, better, as the name of a file (a mounted secret of Kubernetes, a credential of systemd); it is shown nowhere.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads the types of fields
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings

from streams.errors import SettingsError
from streams.secret_files import read_secret
from streams.tls import PemFiles, make_context

if TYPE_CHECKING:
    from ssl import SSLContext

_TLS_PARTS: Final = ("tls_ca_file", "tls_certificate_file", "tls_key_file", "tls_key_password", "tls_key_password_file")
_KEY_PARTS: Final = ("tls_key_file", "tls_key_password", "tls_key_password_file")
_SASL_PARTS: Final = ("sasl_username", "sasl_password", "sasl_password_file")


class SecuritySettings(BaseSettings):
    """How to reach a broker that is not open to everyone; by default it is."""

    tls: bool = False
    """Speak TLS to the broker, 1.2 or newer, and check its certificate."""
    tls_ca_file: Path | None = None
    """PEM file of the authorities that may sign the broker's certificate; unset means the system's."""
    tls_certificate_file: Path | None = None
    """PEM file of our own certificate and its chain, where the broker asks for one."""
    tls_key_file: Path | None = None
    """PEM file of its private key; unset means that the certificate's file holds it."""
    tls_key_password: SecretStr | None = None
    """Of an encrypted private key."""
    tls_key_password_file: Path | None = None
    """The same, in a file."""
    tls_check_hostname: bool = True
    """The broker's certificate must name the host that we connect to."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How to log in; unset means not at all. PLAIN without `tls` sends the password in the clear."""
    sasl_username: str | None = None
    """Who logs in."""
    sasl_password: SecretStr | None = None
    """With which password."""
    sasl_password_file: Path | None = None
    """The same, in a file."""

    @model_validator(mode="after")
    def _check_security(self) -> Self:
        """Read every file once, so that a mistake is told before anything starts.

        Raises:
            SettingsError: naming the setting.
        """
        self._require("tls", _TLS_PARTS if self.tls_check_hostname else (*_TLS_PARTS, "tls_check_hostname"))
        self._require("tls_certificate_file", _KEY_PARTS)
        self._require("sasl_mechanism", _SASL_PARTS)
        self.tls_context()
        if self.sasl_mechanism is not None:
            self._check_login()
        return self

    def _require(self, whole: str, parts: tuple[str, ...]) -> None:
        if getattr(self, whole):
            return
        for part in parts:
            if getattr(self, part) is not None:
                msg = f"setting {part}: means nothing without {whole}"
                raise SettingsError(msg)

    def _check_login(self) -> None:
        if not self.sasl_username:
            msg = f"setting sasl_username: missing; sasl_mechanism {self.sasl_mechanism} needs it"
            raise SettingsError(msg)
        for name, text in (("sasl_username", self.sasl_username), ("sasl_password", self.sasl_secret())):
            if "\0" in text:
                # It would end the name or the password: RFC 4616, section 2.
                msg = f"setting {name}: has a NUL character in it"
                raise SettingsError(msg)

    def tls_context(self) -> SSLContext | None:
        """Return what TLS is spoken with, read anew from the files; None where it is not.

        Raises:
            SettingsError: naming the setting whose file cannot be used.
        """
        if not self.tls:
            return None
        files = PemFiles(self.tls_ca_file, self.tls_certificate_file, self.tls_key_file)
        password = read_secret("tls_key_password", self.tls_key_password, self.tls_key_password_file)
        return make_context(files, password, check_hostname=self.tls_check_hostname)

    def sasl_secret(self) -> str:
        """Return the password, read anew from its file where it is in one.

        Raises:
            SettingsError: there is none, or its file cannot be used.
        """
        secret = read_secret("sasl_password", self.sasl_password, self.sasl_password_file)
        if not secret:
            msg = f"setting sasl_password: missing; sasl_mechanism {self.sasl_mechanism} needs it"
            raise SettingsError(msg)
        return secret
