"""The core's rows: the petition and what hangs on it."""

from yiwang.petitions.models.answers import OUTCOMES, Answer, PublishedAnswer
from yiwang.petitions.models.limits import Extension, LocalLimit, LocalLimits, Recount, Suspension
from yiwang.petitions.models.personal import DataRequest
from yiwang.petitions.models.petition import NEVER, Petition, Referral, Representative
from yiwang.petitions.models.ratings import Rating, RatingLevel, RatingReason, RatingRules
from yiwang.petitions.models.records import AccusedPerson, Attachment, Deadline, Entry
from yiwang.petitions.models.reference import Category, StandardAnswer
from yiwang.petitions.models.retention import Disposal, DisposalItem, Hold, Retention
from yiwang.petitions.models.reviews import Agreement, Hearing, Review

__all__ = [
    "NEVER",
    "OUTCOMES",
    "AccusedPerson",
    "Agreement",
    "Answer",
    "Attachment",
    "Category",
    "DataRequest",
    "Deadline",
    "Disposal",
    "DisposalItem",
    "Entry",
    "Extension",
    "Hearing",
    "Hold",
    "LocalLimit",
    "LocalLimits",
    "Petition",
    "PublishedAnswer",
    "Rating",
    "RatingLevel",
    "RatingReason",
    "RatingRules",
    "Recount",
    "Referral",
    "Representative",
    "Retention",
    "Review",
    "StandardAnswer",
    "Suspension",
]
