"""Starting the web server, and saying plainly why it cannot start."""

import errno
import os
import socket

from yiwang.cli.config import Config
from yiwang.cli.keys import keys_exist
from yiwang.cli.main import PlainError

STOP_SECONDS = 10
"""How long a web process may finish what it is at, before it is killed."""


def refuse_unready(config: Config) -> None:
    """Raise PlainError when this office was not made yet."""
    if not keys_exist(config.keys_folder, config.key_command) or not config.static_folder.is_dir():
        raise PlainError(f"There is no office in {config.var} yet: run “yiwang migrate” first.")


def refuse_used_port(host: str, port: int) -> None:
    """Raise PlainError when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PlainError(
                    f"Port {port} on {host} is in use by another program: stop that one, or choose another with PORT={port + 1}."
                ) from None
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
            raise PlainError(f"Nothing can listen on {host} port {port}: {reason}.") from None


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer requests until SIGINT or SIGTERM; a web process that dies is replaced."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "yiwang.cli.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()
