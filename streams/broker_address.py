"""The address of a broker: `kafka://host:port`, several hosts separated by commas, IPv6 in brackets."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

PORTS: Final = range(1, 65_536)
_HOST: Final = r"(?:[^\s/:,@\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,9})"
_HOSTS: Final = re.compile(_HOST)
_ADDRESS: Final = re.compile(f"kafka://{_HOST.replace('?P<port>', '?:')}(?:,{_HOST.replace('?P<port>', '?:')})*")


def check_address(address: str) -> str:
    """Return an address as it is.

    Raises:
        PydanticCustomError: it is none, or has a port that cannot be.
    """
    if not _ADDRESS.fullmatch(address):
        kind, message = "broker_address", "expected kafka://host:port[,host:port…]"
        raise PydanticCustomError(kind, message)
    for host in _HOSTS.finditer(address.removeprefix("kafka://")):
        if int(host["port"]) not in PORTS:
            kind, message = "broker_port", "expected a port from 1 to 65535, found {port}"
            raise PydanticCustomError(kind, message, {"port": host["port"]})
    return address


BrokerAddress = Annotated[str, AfterValidator(check_address)]
