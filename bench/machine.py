"""What the machine was doing besides: figures of a shared machine mean little without it. Linux only (/proc)."""

import os
import time
from pathlib import Path


def cpu_model() -> str:
    """Return the processor's name and the number of cores that this process may use."""
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {len(os.sched_getaffinity(0))} cores"


def memory_gib() -> float:
    """Return the machine's memory in GiB."""
    total = next(line for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return int(total.split()[1]) / 2**20


def busy_share(seconds: float = 1.0) -> float:
    """Watch the machine for ``seconds`` and return the share (0 to 1) of all cores that was at work.

    Called between rounds, while the benchmark itself rests, it tells how much others took of the machine.
    """
    before = _jiffies()
    time.sleep(seconds)
    after = _jiffies()
    total = sum(after) - sum(before)
    idle = (after[3] + after[4]) - (before[3] + before[4])
    return 1 - idle / total if total else 0.0


def children_of(pid: int) -> list[int]:
    """Return the process ids of the direct children of a process."""
    return [int(child) for child in _lines(f"/proc/{pid}/task/{pid}/children")[0].split()]


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken since it began, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    """Return a process's proportional set size in MB (10⁶ bytes): its own memory and its share of what is shared."""
    return _rollup(pid, "Pss:")


def mapped_mb(pid: int) -> float:
    """Return the part of ``pss_mb`` that is files mapped into memory, as SQLite's database is: the system may take it back."""
    return _rollup(pid, "Pss_File:")


def rss_mb(pid: int) -> float:
    """Return a process's resident set size in MB (10⁶ bytes)."""
    return _rollup(pid, "Rss:")


def _rollup(pid: int, field: str) -> float:
    line = next(line for line in _lines(f"/proc/{pid}/smaps_rollup") if line.startswith(field))
    return int(line.split()[1]) * 1024 / 1e6


def _jiffies() -> list[int]:
    return [int(count) for count in _lines("/proc/stat")[0].split()[1:9]]


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() or [""]
