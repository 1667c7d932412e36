"""What a command leaves in the behaviour log: a line that it ran and how it ended, and a signed head over all it wrote."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def traced(act: str, *, everything: bool = True) -> Iterator[None]:
    """Run a command's work; whatever of it was committed is in the journal, ordered and signed, when this ends.

    Petitions that it filed are in the public log, too.

    ``act`` is its code in the log. An error leaves a line with the result “refused”, where one can be written at all.
    ``everything``: see `yiwang.journal.sequencer.seal`.
    """
    from django.db import Error

    try:
        yield
    except BaseException:
        with suppress(Error, OSError):
            _leave(act, "refused", everything)
        raise
    _leave(act, "done", everything)


def _leave(act: str, result: str, everything: bool) -> None:
    from yiwang.journal import log, sequencer
    from yiwang.transparency import sequencing

    log.write([log.line(act, actor_kind="system", subject_kind="command", result=result)])
    with suppress(TimeoutError):  # a worker is at it, and goes on with what is left
        sequencer.seal(everything=everything)
    # What keeps a log as it is, is told by the worker and by `yiwang transparency verify`; the command has done its work.
    with suppress(TimeoutError, sequencing.NotAsSigned):
        sequencing.seal()
