"""Keys from elsewhere: a command of the operator's own (a key server's client, a smart card's tool) that prints them as JSON.

It is run without a shell, once for each process, and given nothing. What it prints goes nowhere but into this process's memory:
no argument, no variable, no log and no error holds any of it.
"""

import shlex
import subprocess

COMMAND_SECONDS = 30
"""How long the command may take."""
LONGEST_COMPLAINT = 200


class KeysMissing(Exception):
    """There are no keys where some are needed, or they cannot be read. Says what to do, and repeats no key."""


def printed_by(command: str) -> str:
    """Return what the command prints on standard output; raises :class:`KeysMissing` when it fails or takes too long."""
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the operator's own, without a shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"took longer than {COMMAND_SECONDS} seconds") from None
    except OSError as error:
        raise _failed(f"cannot be started: {error.strerror}") from None
    except (ValueError, IndexError):
        raise _failed("is no command line: see its quotes") from None
    if done.returncode:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = f" and said “{complaint[0][:LONGEST_COMPLAINT]}”" if complaint else ""
        raise _failed(f"ended with status {done.returncode}{said}")
    try:
        return done.stdout.decode("utf-8")
    except UnicodeDecodeError:
        raise _failed("printed what is no text") from None


def _failed(how: str) -> KeysMissing:
    return KeysMissing(
        f"The command that YIWANG_KEY_COMMAND names {how}. Without its keys no name can be read or written."
    )
