"""The writers' turn: one file lock beside the database, held from BEGIN IMMEDIATE to COMMIT (ADR 0004).

SQLite lets one connection write at a time, and those that wait sleep up to 100 ms between two looks: with several
writers some wait for seconds while others pass them. Waiting for a file lock in steps of 0.2 to 2 ms keeps them in
step. The lock is advice to our own processes alone: SQLite's own locks still keep the data right, so that a deleted
lock file, or a program that knows nothing of it, does no harm.
"""

import fcntl
import os
import time
import weakref

from django.db.utils import OperationalError

SHORTEST_PAUSE = 0.0002  # seconds; a filing's transaction takes about 1 ms
LONGEST_PAUSE = 0.002


class Turn:
    """The turn of one connection. Each has a descriptor of its own, so that threads of one process wait too.

    The kernel drops the lock with the process, also after ``kill -9``.
    """

    def __init__(self, path: str, limit: float) -> None:
        """Prepare the turn at the lock file ``path``; ``take`` waits ``limit`` seconds at most."""
        self.path = path
        self.limit = limit
        self.held = False
        self._descriptor: int | None = None
        _turns.add(self)

    def take(self) -> None:
        """Wait for the turn; nothing happens when it is held already.

        Raises OperationalError “database is locked” when the limit is over, as SQLite itself would.
        """
        if self.held:
            return
        descriptor = self._open()
        give_up = time.monotonic() + self.limit
        pause = SHORTEST_PAUSE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= give_up:
                    raise OperationalError("database is locked") from None
                time.sleep(pause)
                pause = min(pause * 1.2, LONGEST_PAUSE)
            else:
                self.held = True
                return

    def release(self) -> None:
        """Give the turn to the next; nothing happens when it is not held."""
        if self.held and self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self.held = False

    def close(self) -> None:
        """Release the turn and forget the descriptor; ``take`` opens it anew."""
        self.held = False
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            try:
                # Read-only, and readable by all: a lock file once made by root must not stop the office's own user.
                self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                raise OperationalError(f"unable to open lock file: {error.strerror}") from error
        return self._descriptor


_turns: "weakref.WeakSet[Turn]" = weakref.WeakSet()


def _after_fork() -> None:
    # A child shares its parent's open file, and with it the lock: it would keep the turn of a parent that was killed.
    for turn in list(_turns):
        turn.close()


os.register_at_fork(after_in_child=_after_fork)
