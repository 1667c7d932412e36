"""`yiwang serve`: the web processes."""

import click


@click.command()
@click.option("--host", help="Address to listen on (YIWANG_HOST, else 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (PORT, else 8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (YIWANG_WORKERS, else 2).")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help="Threads of each (YIWANG_THREADS, else 1 with SQLite, 4 with PostgreSQL).",
)
def command(host: str | None, port: int | None, workers: int | None, threads: int | None) -> None:
    """Answer requests until stopped."""
    import os

    from yiwang.cli.config import current_config
    from yiwang.cli.databases import threads_of
    from yiwang.cli.web import refuse_unready, refuse_used_port, serve

    # The web processes read the settings anew, so what was given here reaches them as the environment.
    given = {"YIWANG_HOST": host, "PORT": port, "YIWANG_WORKERS": workers, "YIWANG_THREADS": threads}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    config = current_config()
    refuse_unready(config)
    refuse_used_port(config.host, config.port)
    serve(config.host, config.port, config.workers, threads_of(config))
