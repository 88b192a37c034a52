"""Secrets: read from a setting or from the file that one names, and never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

LONGEST: Final = 64 * 1024
"""Bytes; a file with more is no secret, nor a certificate."""
_LOGIN: Final = re.compile(r"//.*@")
"""What a person may have written before the host of an address."""


def read_bytes(setting: str, path: Path, longest: int = LONGEST) -> bytes:
    """Return a small file whole.

    Args:
        setting: which names the file, for the error.
        path: of a regular file.
        longest: bytes.

    Raises:
        SettingsError: it is none, cannot be read, is empty or too long.
    """
    try:
        if not path.is_file():
            msg = f"setting {setting}: {path} is no file"
            raise SettingsError(msg)
        with path.open("rb") as file:
            content = file.read(longest + 1)
    except OSError as error:
        msg = f"setting {setting}: {path} cannot be read: {error.strerror}"
        raise SettingsError(msg) from None
    if not content or len(content) > longest:
        msg = f"setting {setting}: {path} is {'empty' if not content else f'longer than {longest} bytes'}"
        raise SettingsError(msg)
    return content


def read_secret(setting: str, value: SecretStr | None, path: Path | None) -> str | None:
    """Return a secret; the end of the line that editors put after it is not part of it.

    Args:
        setting: its name; that of the file is the same with `_file`.
        value: given directly.
        path: the file, if it is in one.

    Returns:
        None where neither is given.

    Raises:
        SettingsError: both are given, or the file cannot be used.
    """
    if path is None:
        return value.get_secret_value() if value is not None else None
    if value is not None:
        msg = f"setting {setting}_file: {setting} is given as well; only one of them can count"
        raise SettingsError(msg)
    try:
        secret = read_bytes(f"{setting}_file", path).decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        msg = f"setting {setting}_file: {path} is no UTF-8 text"
        raise SettingsError(msg) from None
    if not secret:
        msg = f"setting {setting}_file: {path} is empty"
        raise SettingsError(msg)
    return secret


def describe_mistake(error: ErrorDetails, fields: Mapping[str, FieldInfo]) -> str:
    """Say on one line which setting is wrong and why, with what was given unless that may be a secret.

    Args:
        error: of pydantic.
        fields: the settings.
    """
    name = ".".join(str(part) for part in error["loc"])
    known = fields.get(str(error["loc"][0])) if error["loc"] else None
    # A name that is no setting's may be a misspelt password's.
    hidden = known is None or SecretStr in getattr(known.annotation, "__args__", (known.annotation,))
    given: Any = "" if hidden else f" (got {_LOGIN.sub('//…@', repr(error.get('input')))})"
    return f"setting {name}: {error['msg']}{given}"
