"""Trees that are read often and moved seldom: agencies, regions, categories.

Each node carries its path, the ids from the root down to itself, each with a full stop behind it: ``"12.34.56."``. A
branch is then one range of an index, so that “everything below this agency” is a condition that joins into any query,
on both engines, without recursion.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from yiwang.store.ids import new_id

STOP = "."
AFTER_STOP = "/"  # the character that follows the full stop in ASCII: the open end of a branch's range
MAX_DEPTH = 11
PATH_LENGTH = 20 * (MAX_DEPTH + 1)  # an id has at most 19 digits


class PathField(models.CharField):
    """The path of a node; ``path__within="12.34."`` is true for node 34 and all below it.

    Unique, for the index: on PostgreSQL Django adds a second one with ``varchar_pattern_ops``, whose operators compare
    byte by byte, as SQLite does anyway.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", PATH_LENGTH)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


@PathField.register_lookup
class Within(models.Lookup):
    """The branch of a path as a half-open range of byte-ordered strings, which an index serves on both engines."""

    lookup_name = "within"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Compare with the engine's plain operators (SQLite: byte order)."""
        return self._range(compiler, connection, ">=", "<")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Compare byte by byte whatever the database's collation, as the pattern index does."""
        return self._range(compiler, connection, "~>=~", "~<~")

    def _range(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, from_: str, below: str
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        path = str(self.rhs)
        return f"({column} {from_} %s AND {column} {below} %s)", (*params, path, *params, path[:-1] + AFTER_STOP)


def within(path: str, field: str = "path") -> models.Q:
    """Return the condition “in this branch, its top included”: ``within(agency.path, "agency__path")``.

    Raises ValueError when ``path`` is no path, since an empty one would mean everything.
    """
    if not path.endswith(STOP):
        raise ValueError(f"not the path of a node: {path!r}")
    return models.Q(**{f"{field}__within": path})


class TreeNode(models.Model):
    """A node of a tree. ``save()`` keeps path and depth true, and takes the branch along when the parent has changed.

    Call ``trace()`` by hand before ``bulk_create``, parents first.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    parent_id: int | None  # made by Django from ``parent``
    path = PathField(_("路径"))
    depth = models.PositiveSmallIntegerField(_("层级"), default=0, editable=False)
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the node, and everything below it when it moves; all or nothing.

        Raises ValidationError as ``trace()`` does.
        """
        rows = type(self)._base_manager
        with transaction.atomic():
            known = None
            if not self._state.adding:
                # A move locks the whole tree: it is small, and two moves at once could otherwise close a circle.
                known = rows.filter(pk=self.pk).values_list("parent_id", "path", "depth").first()
                if known and known[0] != self.parent_id:
                    paths = dict(rows.order_by("pk").select_for_update().values_list("pk", "path"))
                    known = (known[0], paths[self.pk], len(ids_on(paths[self.pk])) - 1)
            if known is None or known[0] != self.parent_id:
                if self.parent_id:
                    # Read afresh: the parent in hand may have been moved meanwhile.
                    self.parent = rows.select_for_update().get(pk=self.parent_id)
                self.trace()
            else:
                self.path, self.depth = known[1], known[2]
            if update_fields := kwargs.get("update_fields"):
                kwargs["update_fields"] = {*update_fields, "path", "depth"}
            super().save(*args, **kwargs)
            if known and known[1] != self.path:
                self._take_along(known[1], self.depth - known[2])

    def trace(self) -> None:
        """Set path and depth from the parent, which must have its own already.

        Raises ValidationError when the node would lie below itself or deeper than ``MAX_DEPTH``.
        """
        parent = self.parent
        above = parent.path if parent else ""
        if self.id in ids_on(above):
            raise ValidationError({"parent": ValidationError(_("不能移到自己或自己的下级之下。"), code="cycle")})
        depth = parent.depth + 1 if parent else 0
        if depth > MAX_DEPTH:
            raise _too_deep()
        self.path, self.depth = f"{above}{self.id}{STOP}", depth

    def clean(self) -> None:
        """Refuse a cycle or too deep a tree where a form can still say so."""
        super().clean()
        self.trace()

    def _take_along(self, old_path: str, deeper_by: int) -> None:
        """Write the new paths of all that lay below ``old_path``."""
        rows = type(self)._base_manager
        below = list(rows.filter(within(old_path)).exclude(pk=self.pk).only("id", "path", "depth"))
        for node in below:
            node.path = self.path + node.path[len(old_path) :]
            node.depth += deeper_by
            if node.depth > MAX_DEPTH:
                raise _too_deep()
        rows.bulk_update(below, ["path", "depth"], batch_size=200)

    def place_under(self, parent: Self | None, position: int | None = None) -> None:
        """Move the node with its whole branch below ``parent`` (None: make it a root) and save it.

        Raises ValidationError when ``parent`` lies in the branch itself or the tree would grow too deep; then nothing
        changes.
        """
        before = self.parent, self.position, self.path, self.depth
        self.parent = parent
        if position is not None:
            self.position = position
        try:
            self.save()
        except ValidationError:
            self.parent, self.position, self.path, self.depth = before
            raise

    def descendants(self, include_self: bool = False) -> models.QuerySet[Self]:
        """Return all nodes below this one, in no order that shows the tree (see ``in_tree_order``)."""
        branch = type(self)._default_manager.filter(within(self.path))
        return branch if include_self else branch.exclude(pk=self.pk)

    def ancestors(self, include_self: bool = False) -> models.QuerySet[Self]:
        """Return the nodes above this one, the root first."""
        ids = ids_on(self.path)
        return type(self)._default_manager.filter(pk__in=ids if include_self else ids[:-1]).order_by("depth")

    def lies_within(self, other: Self) -> bool:
        """Tell whether this node is ``other`` or below it, without a query."""
        return self.path.startswith(other.path)


def _too_deep() -> ValidationError:
    return ValidationError({"parent": ValidationError(_("层级过深。"), code="too_deep")})


def ids_on(path: str) -> list[int]:
    """Return the ids that a path names, from the root down."""
    return [int(part) for part in path.split(STOP) if part]


Node = TypeVar("Node", bound=TreeNode)


def in_tree_order(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes as a tree is read: each below its parent, siblings by position.

    A node whose parent is not among ``nodes`` stands at the top, so that a branch or a search result can be shown too.
    """
    given = {node.pk: node for node in nodes}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in given.values():
        children[node.parent_id if node.parent_id in given else None].append(node)
    ordered: list[Node] = []
    waiting = sorted(children[None], key=_place_among_siblings, reverse=True)
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(sorted(children[node.pk], key=_place_among_siblings, reverse=True))
    return ordered


def _place_among_siblings(node: TreeNode) -> tuple[int, int]:
    return node.position, node.pk
