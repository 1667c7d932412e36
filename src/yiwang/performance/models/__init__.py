"""What performance keeps."""

from yiwang.performance.models.reports import Report, ReportSettings, Wording

__all__ = ["Report", "ReportSettings", "Wording"]
