"""Find the client address of a request."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=256)
def parse_networks(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """Parse networks in CIDR notation; a single address is a network of one. Raises ValueError."""
    return tuple(ipaddress.ip_network(network, strict=False) for network in networks)


def _parse_address(text: str) -> Address | None:
    """Parse an address, unmapping IPv4 from IPv6. Returns None if it is none."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    # A socket for both families shows 192.0.2.1 as ::ffff:192.0.2.1, which no IPv4 network contains.
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: Address | None, networks: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in networks)


def is_from_proxy(request: HttpRequest) -> bool:
    """Return whether the peer is one of TRUSTED_PROXIES, or a Unix socket, which only a local proxy opens."""
    trusted = parse_networks(tuple(settings.TRUSTED_PROXIES))
    peer = request.META.get("REMOTE_ADDR", "")
    return bool(trusted) and (not peer or is_within(_parse_address(peer), trusted))


def network_of(address: Address) -> str:
    """Return the network of a household or an office: the /24 of an IPv4 address, the /64 of an IPv6 one."""
    # Providers hand out a whole /64: a single address of it is changed at will.
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def caller_of(address: Address) -> str:
    """Return the part of an address that its caller cannot change at will: all of IPv4, the /64 of IPv6."""
    return str(address) if address.version == 4 else network_of(address)


def client_address(request: HttpRequest) -> Address | None:
    """Return the nearest address that is no trusted proxy; None on a Unix socket without proxy.

    `X-Forwarded-For` is read from the right, only as far as TRUSTED_PROXIES vouch: the client wrote everything further
    left.
    """
    trusted = parse_networks(tuple(settings.TRUSTED_PROXIES))
    address = _parse_address(request.META.get("REMOTE_ADDR", ""))
    if not is_from_proxy(request):
        return address
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        step = _parse_address(hop)
        if step is None:
            return address
        address = step
        if not is_within(step, trusted):
            return step
    return address
