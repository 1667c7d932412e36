"""Ports for the servers that tests start."""

import socket
from random import SystemRandom

BELOW = 32_768
"""From here on the system gives ports to connections that go out (Linux): one of those might take a port before its server does."""


def free_port() -> int:
    """Return a port of the loopback on which nothing listens, and which the system gives to nobody by itself."""
    while True:
        port = SystemRandom().randrange(15_000, BELOW)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
