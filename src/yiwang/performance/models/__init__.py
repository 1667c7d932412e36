"""What performance keeps: schemes of assessment, assessments as they were computed, disputed and published; and reports."""

from yiwang.performance.models.assessment import Assessment, Dispute, Figure, FrozenList, Result, Version
from yiwang.performance.models.reports import Report, ReportSettings, Wording
from yiwang.performance.models.schemes import Indicator, Scheme

__all__ = [
    "Assessment", "Dispute", "Figure", "FrozenList", "Indicator", "Report", "ReportSettings", "Result", "Scheme", "Version",
    "Wording",
]  # fmt: skip
