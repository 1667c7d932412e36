"""What supervision keeps: findings, how far the scan is, what the office has set, the ladder of urging and who was urged."""

from yiwang.supervision.models.findings import Finding, Scan, Settings
from yiwang.supervision.models.patterns import AnswerPrint, Observation, Threshold
from yiwang.supervision.models.urging import Pause, Step, Urged, Urging

__all__ = [
    "AnswerPrint",
    "Finding",
    "Observation",
    "Pause",
    "Scan",
    "Settings",
    "Step",
    "Threshold",
    "Urged",
    "Urging",
]
