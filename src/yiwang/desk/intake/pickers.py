"""Choosing a node of a tree by typing: an input with a list of suggestions, that takes any words that name one node only."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yiwang.agencies.models import Named
from yiwang.store.trees import ids_on, in_tree_order

Node = TypeVar("Node", bound=Named)
BETWEEN = " › "
MOST_NAMED = 5


class Picker(forms.CharField, Generic[Node]):
    """A text field whose value is a node, or None for nothing typed.

    It takes a suggestion as it stands, a code, a name, or any piece of one that is found in a single suggestion. The form
    gives the nodes with :meth:`offer`; which suggestions are drawn says the template, by ``options``.
    """

    def __init__(self, *, with_path: bool = True, **given: Any) -> None:
        given.setdefault("required", False)
        given.setdefault("max_length", 200)
        super().__init__(**given)
        self.with_path = with_path
        self.options: dict[str, Node] = {}

    def offer(self, nodes: Iterable[Node], list_id: str) -> None:
        """Offer these nodes, in the order of their tree; roots of which there is one alone are left out of the paths."""
        ordered = in_tree_order(nodes)
        names = {node.pk: str(node) for node in ordered}
        roots = [node for node in ordered if not node.depth]
        silent = {roots[0].pk} if len(roots) == 1 else set()
        self.options = {}
        for node in ordered:
            steps = [names[pk] for pk in ids_on(node.path) if pk in names and (pk not in silent or pk == node.pk)]
            label = BETWEEN.join(steps) if self.with_path or names[node.pk] in self.options else names[node.pk]
            self.options[label] = node
        self.list_id = list_id
        self.widget.attrs.update(list=list_id, autocomplete="off")

    def clean(self, value: Any) -> Any:
        """Return the one node that the words name; raise ValidationError with the likely ones otherwise."""
        typed = super().clean(value)
        words = str(typed or "").strip()
        if not words:
            return None
        if exact := self.options.get(words):
            return exact
        for found in (
            [label for label, node in self.options.items() if words in (node.code, node.name, node.name_en)],
            [label for label in self.options if words.casefold() in label.rpartition(BETWEEN)[2].casefold()],
            [label for label in self.options if words.casefold() in label.casefold()],
        ):
            if len(found) == 1:
                return self.options[found[0]]
            if found:
                likely = "、".join(found[:MOST_NAMED])
                raise ValidationError(
                    _("“%(words)s”有不止一个：%(likely)s。请写全一些。") % {"words": words, "likely": likely},
                    code="many",
                )
        raise ValidationError(
            _("“%(label)s”里没有“%(words)s”。请从列表中选，或留空。") % {"label": self.label, "words": words},
            code="none",
        )
