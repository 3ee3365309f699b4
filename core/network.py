"""Where a request comes from."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=256)
def parse_networks(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """Raise ValueError where one is no network in CIDR notation (a single address is a network of one)."""
    return tuple(ipaddress.ip_network(network, strict=False) for network in networks)


def parse_address(text: str) -> Address | None:
    """An address, IPv4 ones out of their IPv6 mapping; None where it is none."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: Address | None, networks: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in networks)


def client_address(request: HttpRequest) -> Address | None:
    """The nearest address that is no proxy of ours; None where the server names none (a Unix socket without proxy).

    `X-Forwarded-For` is read from the right and only as far as TRUSTED_PROXIES vouch: what stands further left was
    written by the client. A peer without address is a Unix socket, which only a local proxy can open.
    """
    trusted = parse_networks(tuple(settings.TRUSTED_PROXIES))
    peer = request.META.get("REMOTE_ADDR", "")
    address = parse_address(peer)
    if not trusted or not (is_within(address, trusted) or not peer):
        return address
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        step = parse_address(hop)
        if step is None:
            return address
        address = step
        if not is_within(step, trusted):
            return step
    return address
