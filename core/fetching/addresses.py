"""Allow outgoing connections only to the public internet.

The check applies to the address that the socket connects to, never to a name: a name may resolve differently the next
time (DNS rebinding).
"""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Networks that Python's `is_global` allows, or allows in some versions (3.12.4 changed it), and that must not be reached.
# It refuses the rest itself (private, loopback, link-local, documentation, multicast, reserved).
_NEVER_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # CGNAT
        "192.0.0.0/24",  # IETF protocol assignments
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
_NEVER_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible, deprecated
        "::ffff:0:0/96",  # IPv4-mapped: a second spelling of an IPv4 address
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local use
        "100::/64",  # discard
        "2001::/23",  # IETF assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",  # site-local, deprecated
        "ff00::/8",
    )
]
_ONLY_V6 = ipaddress.IPv6Network("2000::/3")  # all that is allotted to the public internet


def is_public(address: str) -> bool:
    """Return whether a numeric address is public. A scope id makes it local."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed.is_global and not _in_any(parsed, _NEVER_V4)
    if parsed.scope_id:
        return False
    return parsed.is_global and parsed in _ONLY_V6 and not _in_any(parsed, _NEVER_V6)


def _in_any(address: Address, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address in network for network in networks)
