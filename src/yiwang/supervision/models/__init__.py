"""What supervision keeps: findings, how far the scan is, what the office has set, and what was ordered of agencies."""

from yiwang.supervision.models.findings import Finding, Scan, Settings
from yiwang.supervision.models.orders import Occasion, Order, OrderLimit, OrderStep

__all__ = ["Finding", "Occasion", "Order", "OrderLimit", "OrderStep", "Scan", "Settings"]
