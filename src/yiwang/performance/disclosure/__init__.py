"""Budget disclosures 部门预算公开: read into a model, each value with its place, and checked against themselves.

Nothing here touches the database: a file goes in, a model and findings come out.
"""

from yiwang.performance.disclosure.checking import Relation, check
from yiwang.performance.disclosure.model import Disclosure
from yiwang.performance.disclosure.opening import Unreadable, open_file
from yiwang.performance.disclosure.reading import read

__all__ = ["Disclosure", "Relation", "Unreadable", "check", "open_file", "read"]
