"""What performance keeps: schemes of assessment, and assessments as they were computed, disputed and published."""

from yiwang.performance.models.assessment import Assessment, Dispute, Figure, FrozenList, Result, Version
from yiwang.performance.models.schemes import Indicator, Scheme

__all__ = ["Assessment", "Dispute", "Figure", "FrozenList", "Indicator", "Result", "Scheme", "Version"]
