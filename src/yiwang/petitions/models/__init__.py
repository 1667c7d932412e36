"""The core's rows: the petition and what hangs on it."""

from yiwang.petitions.models.answers import Answer, PublishedAnswer, Rating
from yiwang.petitions.models.limits import Extension, LocalLimit, LocalLimits, Recount, Suspension
from yiwang.petitions.models.petition import NEVER, Petition, Referral, Representative
from yiwang.petitions.models.records import Attachment, Deadline, Entry
from yiwang.petitions.models.reference import Category, StandardAnswer

__all__ = [
    "NEVER",
    "Answer",
    "Attachment",
    "Category",
    "Deadline",
    "Entry",
    "Extension",
    "LocalLimit",
    "LocalLimits",
    "Petition",
    "PublishedAnswer",
    "Rating",
    "Recount",
    "Referral",
    "Representative",
    "StandardAnswer",
    "Suspension",
]
