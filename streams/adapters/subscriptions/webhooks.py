"""The sink that posts to an address, signed as Standard Webhooks have it.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. The signature is
HMAC-SHA256 over id, time and body; whoever receives checks it with any of that project's libraries, drops what is older than
minutes and what it has seen by its id. Several secrets sign each: so one can take the place of another in calm.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Self

import aiohttp
from yarl import URL

from streams.adapters.subscriptions.addresses import GuardedResolver, NotAllowedError, refusal
from streams.adapters.subscriptions.delivering import GoneError, SinkError
from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ssl import SSLContext

    from aiohttp.abc import AbstractResolver

    from streams.allowed_addresses import Allowed

PREFIX: Final = "whsec_"
LEAST_BYTES: Final = 24
MOST_BYTES: Final = 64
"""Of a secret, as the specification has it."""
GONE: Final = 410
RETRY_AFTER: Final = (429, 503)
LONGEST_PAUSE: Final = 300
"""Seconds that an answer may ask us to wait."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post, and how.

    Attributes:
        url: the address.
        secrets: to sign with, one or more.
        allowed: which addresses may be connected to.
        timeout: seconds for one attempt, from the look-up of the name to the answer.
    """

    url: str
    secrets: Sequence[bytes]
    allowed: Allowed
    timeout: float


class Webhook:
    """Posts alerts.

    Args:
        target: where to.
        resolver: looks names up; the system's where None.
        ssl: what TLS is spoken with; the system's authorities where None.

    Raises:
        SettingsError: the address can never be posted to.
    """

    def __init__(
        self, target: Target, *, resolver: AbstractResolver | None = None, ssl: SSLContext | None = None
    ) -> None:
        self._url = read_url(target.url)
        self._secrets = target.secrets
        self._allowed = target.allowed
        self._timeout = aiohttp.ClientTimeout(total=target.timeout)
        self._resolver = GuardedResolver(target.allowed, encrypted=self._encrypted, resolver=resolver)
        self._ssl = ssl
        self._session: aiohttp.ClientSession | None = None

    @property
    def _encrypted(self) -> bool:
        return self._url.scheme == "https"

    async def __aenter__(self) -> Self:
        """Make sure that the address is one that may be posted to, as far as it is known now.

        Raises:
            SettingsError: it is not.
        """
        host = self._url.host or ""
        try:
            if _is_address(host):
                # aiohttp connects to it without asking anybody.
                if not self._allowed.admits(host, host, encrypted=self._encrypted):
                    raise refusal(host, host)
            else:
                await self._resolver.resolve(host)
        except NotAllowedError as error:
            await self._resolver.close()
            raise SettingsError(str(error)) from None
        except OSError:
            pass  # the name is not known now: each attempt will say so
        connector = aiohttp.TCPConnector(
            resolver=self._resolver, use_dns_cache=False, force_close=True, ssl=True if self._ssl is None else self._ssl
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Disconnect."""
        del reason
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def send(self, id_: str, value: bytes) -> None:
        """Post an alert.

        Raises:
            SinkError: nobody took it.
            GoneError: nobody ever will: 410.
        """
        if self._session is None:
            msg = "the webhook is not open"
            raise RuntimeError(msg)
        headers = sign(self._secrets, id_, int(time.time()), value) | {"content-type": "application/json"}
        try:
            # Its answer is not read: what it says does not matter, and there may be no end to it.
            async with self._session.post(self._url, data=value, headers=headers, allow_redirects=False) as answer:
                status, pause = answer.status, answer.headers.get("retry-after", "")
        except TimeoutError:
            msg = f"no answer within {self._timeout.total:g} s"
            raise SinkError(msg) from None
        except (aiohttp.ClientError, OSError) as error:
            raise SinkError(_why(error)) from None
        if status == GONE:
            msg = f"{self._url.host} answers that it is gone (410)"
            raise GoneError(msg)
        if status // 100 != 2:  # noqa: PLR2004 - every 2xx is a yes, and nothing else
            wait = (
                min(int(pause), LONGEST_PAUSE) if status in RETRY_AFTER and pause.isascii() and pause.isdigit() else 0
            )
            msg = f"answered {status}" + (", and redirects are not followed" if status // 100 == 3 else "")  # noqa: PLR2004
            raise SinkError(msg, pause=wait)


def sign(secrets: Sequence[bytes], id_: str, seconds: int, value: bytes) -> dict[str, str]:
    """Return the headers that say who sent this, and when.

    Args:
        secrets: the keys.
        id_: of the message; stays the same when it is sent again.
        seconds: of this attempt, since 1970.
        value: the body.
    """
    said = f"{id_}.{seconds}.".encode() + value
    signatures = [base64.b64encode(hmac.new(each, said, hashlib.sha256).digest()).decode() for each in secrets]
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


def read_secrets(text: str | None) -> list[bytes]:
    """Read the secrets of a setting: `whsec_` and base64, several separated by spaces or lines.

    Raises:
        SettingsError: there is none, or one is no secret; it is not quoted.
    """
    secrets = [_read_secret(each, number) for number, each in enumerate((text or "").split(), 1)]
    if not secrets:
        msg = "setting webhook_secret: missing; --webhook needs it"
        raise SettingsError(msg)
    return secrets


def read_url(text: str) -> URL:
    """Read the address of a webhook.

    Raises:
        SettingsError: it is none; a password in it is not quoted.
    """
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in {"https", "http"} or not url.host:
        msg = "--webhook: expected https://HOST/PATH"
        raise SettingsError(msg)
    if url.user or url.password:
        msg = "--webhook: no name and password in the address; who we are says the signature"
        raise SettingsError(msg)
    return url


def _read_secret(text: str, number: int) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.startswith(PREFIX) or not LEAST_BYTES <= len(secret) <= MOST_BYTES:
        msg = (
            f"setting webhook_secret: number {number} is not {PREFIX} and base64 of {LEAST_BYTES} to {MOST_BYTES} bytes"
        )
        raise SettingsError(msg)
    return secret


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _why(error: Exception) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return str(cause) if isinstance(cause, NotAllowedError) else f"{type(error).__name__}: {cause}"
