"""What supervision keeps: findings, how far the scan is, and what the office has set."""

from yiwang.supervision.models.findings import Finding, Scan, Settings

__all__ = ["Finding", "Scan", "Settings"]
