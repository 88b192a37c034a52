"""Settings of security: what cannot be is named by its setting, and a secret is shown nowhere."""

from __future__ import annotations

import logging
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from streams.adapters.kafka.credentials import client_options, faust_credentials
from streams.adapters.kafka.refusals import describe_refusal, harmless
from streams.app.options import faust_options
from streams.errors import SettingsError
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "geheim-c0ffee"  # noqa: S105 - of nobody
LOGIN = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "news"}

Pem = dict[str, "Path"]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Pem:
    """Files by their names: what is right, and what is not."""
    folder = tmp_path_factory.mktemp("pem")
    authority, other = trustme.CA(), trustme.CA()
    own, others = authority.issue_cert("a.test"), other.issue_cert("b.test")
    key = load_pem_private_key(own.private_key_pem.bytes(), None)
    chain = own.cert_chain_pems[0].bytes()

    def private(form: PrivateFormat, password: str | None = None) -> bytes:
        encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return key.private_bytes(Encoding.PEM, form, encryption)

    contents = {
        "ca": authority.cert_pem.bytes(),
        "ca with a name": "# Zertifizierungsstelle für alle\n".encode() + authority.cert_pem.bytes(),
        "certificate": chain,
        "key": private(PrivateFormat.PKCS8),
        "both": private(PrivateFormat.PKCS8) + chain,
        "encrypted key": private(PrivateFormat.PKCS8, SECRET),
        "old encrypted key": private(PrivateFormat.TraditionalOpenSSL, SECRET),
        "other key": others.private_key_pem.bytes(),
        "password": f"{SECRET}\r\n".encode(),
        "empty": b"",
        "line": b"\n",
        "no text": b"\xff\xfe",
        "nul": b"a\0b",
        "long": b"x" * 100_000,
        "der": ssl.PEM_cert_to_DER_cert(chain.decode()),
        "broken": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "broken key": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in (*contents, "nowhere")} | {"folder": folder}


def load(pem: Pem, given: dict[str, Any]) -> Settings:
    """Load settings; the name of a file stands for its path."""
    return Settings.load(**{name: pem[value] if name.endswith("_file") else value for name, value in given.items()})


TLS = {"tls": True, "tls_ca_file": "ca"}
OWN = TLS | {"tls_certificate_file": "certificate", "tls_key_file": "key"}


@pytest.mark.parametrize(
    "given",
    [
        {"tls": True},
        TLS,
        TLS | {"tls_ca_file": "ca with a name"},
        TLS | {"tls_check_hostname": False},
        OWN,
        TLS | {"tls_certificate_file": "both"},
        OWN | {"tls_key_file": "encrypted key", "tls_key_password": SECRET},
        OWN | {"tls_key_file": "old encrypted key", "tls_key_password_file": "password"},
    ],
)
def test_what_tls_takes(pem: Pem, given: dict[str, Any]) -> None:
    settings = load(pem, given)
    options = client_options(settings)
    context = options["ssl_context"]
    assert options["security_protocol"] == "SSL"
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is given.get("tls_check_hostname", True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    if "tls_ca_file" in given:
        assert len(context.get_ca_certs()) == 1
    credentials = faust_credentials(settings)
    assert credentials is not None
    assert credentials.protocol.value == "SSL"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize("secret", [{"sasl_password": SECRET}, {"sasl_password_file": "password"}])
@pytest.mark.parametrize("tls", [{}, TLS])
def test_what_sasl_takes(pem: Pem, mechanism: str, secret: dict[str, Any], tls: dict[str, Any]) -> None:
    settings = load(pem, LOGIN | {"sasl_mechanism": mechanism} | secret | tls)
    options = client_options(settings)
    protocol = "SASL_SSL" if tls else "SASL_PLAINTEXT"
    assert (options["security_protocol"], options["sasl_mechanism"]) == (protocol, mechanism)
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("news", SECRET)
    credentials: Any = faust_options(settings)["broker_credentials"]
    assert (credentials.protocol.value, credentials.mechanism.value) == (protocol, mechanism)
    assert (credentials.username, credentials.password) == ("news", SECRET)
    assert SECRET not in repr(credentials)


def test_without_any_of_it_the_broker_is_open() -> None:
    assert client_options(Settings.load())["security_protocol"] == "PLAINTEXT"
    assert client_options("kafka://a:1,b:2") == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}
    assert faust_options(Settings.load())["broker_credentials"] is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (TLS | {"tls_ca_file": "nowhere"}, "tls_ca_file: .*nowhere is no file"),
        (TLS | {"tls_ca_file": "folder"}, "tls_ca_file: .* is no file"),
        (TLS | {"tls_ca_file": "empty"}, "tls_ca_file: .*empty is empty"),
        (TLS | {"tls_ca_file": "der"}, "tls_ca_file: .*der holds no certificate in PEM form"),
        (TLS | {"tls_ca_file": "key"}, "tls_ca_file: .*key holds no certificate in PEM form"),
        (TLS | {"tls_ca_file": "broken"}, "tls_ca_file: .*broken has a certificate that cannot be read"),
        (OWN | {"tls_certificate_file": "nowhere"}, "tls_certificate_file: .*nowhere is no file"),
        (OWN | {"tls_certificate_file": "der"}, "tls_certificate_file: .*der holds no certificate in PEM form"),
        (OWN | {"tls_certificate_file": "broken"}, "tls_certificate_file: .*broken has a certificate that cannot"),
        (TLS | {"tls_certificate_file": "certificate"}, "tls_key_file: .*certificate holds no private key in PEM form"),
        (OWN | {"tls_key_file": "nowhere"}, "tls_key_file: .*nowhere is no file"),
        (OWN | {"tls_key_file": "certificate"}, "tls_key_file: .*certificate holds no private key in PEM form"),
        (OWN | {"tls_key_file": "broken key"}, "tls_key_file: .*broken key has a private key that cannot be read"),
        (OWN | {"tls_key_file": "other key"}, "tls_key_file: the key in .*other key is not that of .*certificate"),
        (OWN | {"tls_key_file": "encrypted key"}, "tls_key_password: missing; the key in .*encrypted key is encrypted"),
        (OWN | {"tls_key_file": "old encrypted key"}, "tls_key_password: missing; the key in .* is encrypted"),
        (
            OWN | {"tls_key_file": "encrypted key", "tls_key_password": "wrong-c0ffee"},
            "tls_key_password: does not open the key in .*encrypted key",
        ),
        (
            OWN | {"tls_key_file": "old encrypted key", "tls_key_password": "wrong-c0ffee"},
            "tls_key_password: does not open the key in .*old encrypted key",
        ),
        (
            OWN | {"tls_key_file": "encrypted key", "tls_key_password": "c0ffee" * 1000},
            "tls_key_password: does not open the key in .*encrypted key",
        ),
        (TLS | {"tls_key_file": "key"}, "tls_key_file: means nothing without tls_certificate_file"),
        ({"tls_ca_file": "ca"}, "tls_ca_file: means nothing without tls"),
        ({"tls_certificate_file": "both"}, "tls_certificate_file: means nothing without tls"),
        ({"tls_check_hostname": False}, "tls_check_hostname: means nothing without tls"),
        (LOGIN, "sasl_password: missing; sasl_mechanism SCRAM-SHA-512 needs it"),
        (LOGIN | {"sasl_password": ""}, "sasl_password: missing"),
        (LOGIN | {"sasl_password_file": "nowhere"}, "sasl_password_file: .*nowhere is no file"),
        (LOGIN | {"sasl_password_file": "empty"}, "sasl_password_file: .*empty is empty"),
        (LOGIN | {"sasl_password_file": "line"}, "sasl_password_file: .*line is empty"),
        (LOGIN | {"sasl_password_file": "no text"}, "sasl_password_file: .*no text is no UTF-8 text"),
        (LOGIN | {"sasl_password_file": "long"}, "sasl_password_file: .*long is longer than 65536 bytes"),
        (LOGIN | {"sasl_password_file": "nul"}, "sasl_password: has a NUL character in it"),
        (
            LOGIN | {"sasl_password": SECRET, "sasl_password_file": "password"},
            "sasl_password_file: sasl_password is given as well",
        ),
        (LOGIN | {"sasl_username": None, "sasl_password": SECRET}, "sasl_username: missing; sasl_mechanism"),
        (LOGIN | {"sasl_username": "", "sasl_password": SECRET}, "sasl_username: missing; sasl_mechanism"),
        ({"sasl_username": "news"}, "sasl_username: means nothing without sasl_mechanism"),
        ({"sasl_password": SECRET}, "sasl_password: means nothing without sasl_mechanism"),
        (
            LOGIN | {"sasl_mechanism": "GSSAPI", "sasl_password": SECRET},
            "sasl_mechanism: Input should be 'PLAIN', .*GSS",
        ),
        (LOGIN | {"sasl_password": 5318008}, r"sasl_password: Input should be a valid string$"),
        ({"sasl_pasword": SECRET}, r"sasl_pasword: Extra inputs are not permitted$"),
        ({"sasl": {"password": SECRET}}, r"sasl: Extra inputs are not permitted$"),
        ({"broker": f"kafka://news:{SECRET}@a:9092"}, r"broker: expected kafka://.* \(got 'kafka://…@a:9092'\)$"),
    ],
)
def test_what_cannot_be_is_named_by_its_setting(pem: Pem, given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=f"^setting {said}") as caught:
        load(pem, given)
    assert not any(secret in str(caught.value) for secret in ("c0ffee", "5318008"))
    assert "\n" not in str(caught.value)


def test_a_file_that_went_away_is_named_when_it_is_needed(pem: Pem, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_bytes(pem["password"].read_bytes())
    settings = Settings.load(**LOGIN, sasl_password_file=password)
    password.write_text("another")
    assert client_options(settings)["sasl_plain_password"] == "another"  # noqa: S105 - rotated, and taken
    password.unlink()
    with pytest.raises(SettingsError, match=r"setting sasl_password_file: .* is no file"):
        client_options(settings)


@pytest.mark.parametrize("source", ["environment", "file"])
def test_no_secret_is_shown(
    source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = LOGIN | {"sasl_password": SECRET}
    if source == "environment":
        for name, value in given.items():
            monkeypatch.setenv(f"NEWS_STREAMS_{name.upper()}", value)
    else:
        config = tmp_path / "news.toml"
        config.write_text("".join(f'{name} = "{value}"\n' for name, value in given.items()))
        monkeypatch.setenv("NEWS_STREAMS_CONFIG", str(config))
    settings = Settings.load()
    assert client_options(settings)["sasl_plain_password"] == SECRET
    logging.getLogger("test").error("%r %s %s", settings, settings, settings.model_dump_json())
    for shown in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert SECRET not in shown
    assert SECRET not in "".join(capsys.readouterr())


def test_a_mistake_found_without_load_shows_no_secret_either() -> None:
    with pytest.raises(ValueError, match="sasl_password") as caught:
        Settings(sasl_password=[SECRET])  # type: ignore[arg-type] # that is the mistake
    assert SECRET not in str(caught.value)


def raised(make: Callable[[], BaseException]) -> str | None:
    return describe_refusal(make(), {"sasl_mechanism": "PLAIN"})


def test_an_impostor_that_does_not_know_the_password_is_told_apart() -> None:
    assert "do not trust it" in (raised(lambda: ValueError("Server sent wrong signature!")) or "")
    assert "do not trust it" in (raised(lambda: KeyError("v")) or "")
    assert raised(ConnectionRefusedError) is None
    assert raised(TimeoutError) is None


def test_what_a_stranger_says_is_one_harmless_line() -> None:
    assert harmless("a\n\x1b[31mb\r c" + "x" * 500) == "a [31mb c" + "x" * 191
