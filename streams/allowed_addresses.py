"""Which addresses may be connected to: public ones under names that are allowed, and networks that are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = IPv4Address | IPv6Address

_HOST: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""Addresses that stand for an IPv4 one. Source: RFC 6052, section 2.1."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the setting `webhook_allow` allows.

    Attributes:
        hosts: names, in small letters; they may stand for public addresses only.
        networks: whose addresses may be connected to, whatever name leads there.
    """

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def read(cls, entries: Iterable[str]) -> Allowed:
        """Read hosts and networks.

        Raises:
            ValueError: one is neither; the text names it.
        """
        hosts, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry))
            except ValueError as error:
                name = entry.rstrip(".").lower()
                # A host's last label is never a number: 10.0.0.1/8 is a network that was written wrongly.
                if not _HOST.fullmatch(name) or name.rpartition(".")[2].isdigit():
                    msg = f"{entry!r} is neither a host nor a network such as 10.1.0.0/16: {error}"
                    raise ValueError(msg) from None
                hosts.add(name)
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, host: str, address: str, *, encrypted: bool) -> bool:
        """Tell whether an address may be connected to.

        Args:
            host: that was asked for.
            address: that it stands for now.
            encrypted: whether TLS is spoken; without it only loopback is admitted.
        """
        plain = unwrap(ip_address(address.partition("%")[0]))
        if not encrypted and not plain.is_loopback:
            return False
        if any(plain in network for network in self.networks if network.version == plain.version):
            return True
        return host.rstrip(".").lower() in self.hosts and _is_public(plain)


def unwrap(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast
