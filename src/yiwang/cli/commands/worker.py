"""`yiwang worker`: what an office does by itself."""

import click


@click.command()
def command() -> None:
    """Deliver messages and tidy up, until stopped."""
    import signal
    from types import FrameType

    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    config = current_config()
    refuse_unready(config)
    start_django()
    from yiwang.cli.worker import JOBS, Worker

    worker = Worker(JOBS, config.var)

    def end(_signal: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    worker.run()
