"""A PostgreSQL of the test's own, that may be stopped and started like any other server that goes away."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin")


def binaries() -> Path:
    """Return where PostgreSQL's programs lie; skips the test where there are none."""
    found = sorted(path for place in PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists())
    if not found:
        pytest.skip("PostgreSQL is not installed here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    return found[-1]


@dataclass
class Cluster:
    """One throwaway cluster on the loopback. PostgreSQL refuses to run as root: then its own account does."""

    port: int
    binaries: Path = field(default_factory=binaries)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="yiwang-cluster-")))

    @property
    def url(self) -> str:
        return f"postgresql://yiwang@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make it, and start it."""
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "--username=yiwang", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c shared_buffers=32MB"
        self._run("pg_ctl", "--wait", f"--log={self.folder / 'log'}", f"--options={options}", "start")

    def stop(self) -> None:
        """Stop it as a power cut does."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_owner, str(self.binaries / program), f"--pgdata={self.folder / 'data'}", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=60)
