"""What supervision keeps: findings, how far the scan is, what the office has set, urging, and what was ordered of agencies."""

from yiwang.supervision.models.findings import Finding, Scan, Settings
from yiwang.supervision.models.orders import Occasion, Order, OrderLimit, OrderStep
from yiwang.supervision.models.patterns import AnswerPrint, Observation, Threshold
from yiwang.supervision.models.urging import Pause, Step, Urged, Urging

__all__ = [
    "AnswerPrint",
    "Finding",
    "Observation",
    "Occasion",
    "Order",
    "OrderLimit",
    "OrderStep",
    "Pause",
    "Scan",
    "Settings",
    "Step",
    "Threshold",
    "Urged",
    "Urging",
]
