"""Which machines an import may reach: those that the operator lists, looked up once and held to what was found."""

import ipaddress
import socket
from typing import Final, NamedTuple

from django.conf import settings

from lending.services.book_imports.errors import SourceRefused, SourceUnavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class Allowed(NamedTuple):
    """What BOOK_SOURCE_HOSTS says: hosts with their port (0: the usual one), and networks that are not public."""

    hosts: frozenset[tuple[str, int]]
    networks: tuple[Network, ...]


def allowed_read(text: str) -> Allowed:
    """`host`, `host:port`, an address with or without a port, or a network as 10.2.0.0/16, separated by commas."""
    hosts, networks = set(), []
    for entry in filter(None, (part.strip().lower() for part in text.split(","))):
        if "/" in entry:
            networks.append(ipaddress.ip_network(entry))
            continue
        host, _, port = entry.rpartition(":") if entry.count(":") == 1 or "]:" in entry else (entry, "", "0")
        host = host.strip("[]")
        hosts.add((host, int(port)))
    return Allowed(frozenset(hosts), tuple(networks))


def host_require(host: str, port: int, usual_port: int) -> None:
    """Raises SourceRefused for a host and port that the operator does not list."""
    hosts = allowed_read(settings.BOOK_SOURCE_HOSTS).hosts
    name = host.lower()
    if (name, port) not in hosts and not (port == usual_port and (name, 0) in hosts):
        raise SourceRefused("The operator does not list this host and port.", reason="host_not_listed")


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses a listed host means now, every one of them checked: connect to these, never to the name again.

    Public ones; others only where the operator lists their network, or the very address instead of a name. Link-local
    ones (of cloud metadata) never. Raises SourceRefused, SourceUnavailable where there are none.
    """
    hosts, networks = allowed_read(settings.BOOK_SOURCE_HOSTS)
    if (literal := _literal(host)) is not None and host.lower() in {name for name, _ in hosts}:
        networks += (ipaddress.ip_network(literal),)
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise SourceUnavailable("There is no such host.", reason="no_host") from None
    found = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in told))
    for one in found:
        if not _is_allowed(meant(ipaddress.ip_address(one)), networks):
            raise SourceRefused("The host is at an address that is not listed.", reason="address_not_listed")
    if not found:
        raise SourceUnavailable("There is no such host.", reason="no_host")
    return found


def meant(address: Address) -> Address | None:
    """The address behind one of IPv6 that carries one of IPv4; None where a tunnel hides it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.teredo is not None or address.sixtofour is not None:
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    found = meant(ipaddress.ip_address(address))
    return found is not None and found.is_loopback


def _is_allowed(address: Address | None, networks: tuple[Network, ...]) -> bool:
    if address is None or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or any(address in network for network in networks)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
