"""`yiwang worker`: what an office does by itself."""

import click


@click.command()
def command() -> None:
    """Deliver messages and tidy up, until stopped."""
    import signal
    from contextlib import suppress
    from types import FrameType

    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    config = current_config()
    refuse_unready(config)
    start_django()
    from django.db import Error

    from yiwang.cli.worker import JOBS, Worker
    from yiwang.journal.sequencer import seal
    from yiwang.watch.heartbeats import Pulse

    worker = Worker(JOBS, config.var, Pulse(config.var))

    def end(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    worker.run()
    # What came since the last head: whoever stops the worker for the night finds all of it signed.
    with suppress(OSError, TimeoutError, Error):
        seal(everything=False)
