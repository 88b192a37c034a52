"""Where settings come from besides flags: names in the environment, and the file that one of them names."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PREFIX: Final = "NEWS_STREAMS_"
CONFIG_VARIABLE: Final = f"{PREFIX}CONFIG"

_OF_A_SERVICE: Final = re.compile(
    r"\w+?(?:_SERVICE_HOST|_SERVICE_PORT\w*|_PORT_[0-9]+_(?:TCP|UDP|SCTP)\w*)=|\w+?_PORT=(?:tcp|udp|sctp)://"
)
"""What Kubernetes puts into the environment of every container beside a service called `news-streams`.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
"""


def find_config() -> Path | None:
    """Return the file that the environment names, None where it names none.

    Raises:
        SettingsError: there is no such file.
    """
    name = os.environ.get(CONFIG_VARIABLE)
    if not name:
        return None
    if not Path(name).is_file():
        msg = f"settings file {name}: no such file ({CONFIG_VARIABLE})"
        raise SettingsError(msg)
    return Path(name)


def require_known_names(fields: Collection[str]) -> None:
    """Refuse a name in the environment that is no setting's: it is misspelt.

    Args:
        fields: the settings.

    Raises:
        SettingsError: naming the first, and the setting that was meant.
    """
    for mistake in find_unknown_names(fields):
        raise SettingsError(mistake)


def find_unknown_names(fields: Collection[str]) -> Iterator[str]:
    """Yield a line for each name in the environment that is no setting's, with the setting that was meant."""
    known = {CONFIG_VARIABLE, *(f"{PREFIX}{field.upper()}" for field in fields)}
    for name, value in sorted(os.environ.items()):
        ours = name.upper().startswith(PREFIX) and name.upper() not in known
        if ours and not _OF_A_SERVICE.match(f"{name}={value}"):
            meant = get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {meant[0]}?" if meant else ""
            yield f"setting {name}: there is no such setting{hint}"
