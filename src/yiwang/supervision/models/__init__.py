"""What supervision keeps: findings, how far the scan is, and what the office has set."""

from yiwang.supervision.models.findings import Finding, Scan, Settings
from yiwang.supervision.models.patterns import AnswerPrint, Observation, Threshold

__all__ = ["AnswerPrint", "Finding", "Observation", "Scan", "Settings", "Threshold"]
