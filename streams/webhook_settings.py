"""The settings of webhooks: where `subscribe --webhook` may post to, and what it signs with."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads the types of fields
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode

from streams.allowed_addresses import Allowed
from streams.secret_files import read_secret


def split(value: object) -> object:
    """Return the entries of a text that commas or spaces separate; a list stays one."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


def check_entries(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Return hosts and networks as they are.

    Raises:
        PydanticCustomError: one is neither.
    """
    try:
        Allowed.read(entries)
    except ValueError as error:
        kind, message = "webhook_allow", "{fault}"
        raise PydanticCustomError(kind, message, {"fault": str(error)}) from None
    return entries


class WebhookSettings(BaseSettings):
    """By default nothing may be posted anywhere."""

    webhook_allow: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split), AfterValidator(check_entries)] = ()
    """Hosts, which must stand for public addresses, and networks (CIDR) that `subscribe --webhook` may post to."""
    webhook_secret: SecretStr | None = None
    """What webhooks are signed with: `whsec_` and base64 of 24 to 64 bytes; several, separated by spaces, sign each."""
    webhook_secret_file: Path | None = None
    """The same, in a file."""

    def webhook_secrets(self) -> str | None:
        """Return the secrets as they are written, read anew from their file where they are in one.

        Raises:
            SettingsError: both are given, or the file cannot be used.
        """
        return read_secret("webhook_secret", self.webhook_secret, self.webhook_secret_file)
