"""TLS to the broker: PEM files in, an SSL context out, and every file that cannot be used named by its setting."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from streams.errors import SettingsError
from streams.secret_files import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

CERTIFICATE: Final = re.compile(rb"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----")
KEY: Final = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")
ENCRYPTED: Final = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
LONGEST: Final = 4 * 1024 * 1024
"""Bytes of a PEM file; all the authorities that a system trusts take a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class PemFiles:
    """Where certificates and keys are.

    Attributes:
        ca: authorities to trust; None means the system's.
        certificate: our own, with its chain.
        key: its private key; None means in the certificate's file.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def make_context(files: PemFiles, key_password: str | None = None, *, check_hostname: bool = True) -> ssl.SSLContext:
    """Return the context of a client that checks who it talks to.

    Args:
        files: certificates and keys.
        key_password: of an encrypted private key.
        check_hostname: whether the broker's certificate must name its host.

    Raises:
        SettingsError: a file cannot be used; the text names its setting.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cadata=_read_authorities(files.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = check_hostname
    if files.certificate is not None:
        _load_own(context, files.certificate, files.key, key_password)
    return context


def _read_authorities(path: Path | None) -> str | None:
    if path is None:
        return None
    content = _read_pem("tls_ca_file", path, CERTIFICATE, "certificate").decode("latin-1")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=_ascii(content))
    except ssl.SSLError as error:
        msg = f"setting tls_ca_file: {path} has a certificate that cannot be read ({error.reason})"
        raise SettingsError(msg) from None
    return _ascii(content)


def _ascii(content: str) -> str:
    """Drop what is no ASCII: names that people write beside their certificates, and Python takes none."""
    return content.encode("ascii", "ignore").decode()


def _load_own(context: ssl.SSLContext, certificate: Path, key: Path | None, password: str | None) -> None:
    _read_pem("tls_certificate_file", certificate, CERTIFICATE, "certificate")
    content = _read_pem("tls_key_file", key or certificate, KEY, "private key")
    if ENCRYPTED.search(content) and password is None:
        msg = f"setting tls_key_password: missing; the key in {key or certificate} is encrypted"
        raise SettingsError(msg)
    try:
        # Always with a password: OpenSSL would ask the terminal for one.
        context.load_cert_chain(certificate, key, password or "")
    except (ssl.SSLError, ValueError) as error:
        raise SettingsError(_blame(error, certificate, key, encrypted=bool(ENCRYPTED.search(content)))) from None


def _blame(error: Exception, certificate: Path, key: Path | None, *, encrypted: bool) -> str:
    """Say whose fault it is: OpenSSL tells a key of another certificate apart, and little else."""
    reason = getattr(error, "reason", None) or type(error).__name__
    if reason == "KEY_VALUES_MISMATCH":
        return f"setting tls_key_file: the key in {key or certificate} is not that of {certificate}"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(certificate)
    except ssl.SSLError:
        return f"setting tls_certificate_file: {certificate} has a certificate that cannot be read ({reason})"
    if encrypted:
        return f"setting tls_key_password: does not open the key in {key or certificate} ({reason})"
    return f"setting tls_key_file: {key or certificate} has a private key that cannot be read ({reason})"


def _read_pem(setting: str, path: Path, what: re.Pattern[bytes], name: str) -> bytes:
    content = read_bytes(setting, path, LONGEST)
    if not what.search(content):
        msg = f"setting {setting}: {path} holds no {name} in PEM form"
        raise SettingsError(msg)
    return content
