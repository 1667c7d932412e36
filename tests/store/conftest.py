"""A tree of this folder's own, so that the room is tested without the rooms above it."""

import pytest
from django.db import connection
from django.test.utils import isolate_apps

from yiwang.store.trees import TreeNode

with isolate_apps("yiwang.store"):

    class Node(TreeNode):
        """The smallest tree."""

        class Meta(TreeNode.Meta):
            app_label = "store"
            db_table = "tests_node"


@pytest.fixture(scope="session")
def node_table(django_db_setup, django_db_blocker):
    """Make the tree's table once, beside the migrated ones."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Node)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Node)


@pytest.fixture
def node(node_table, db):
    """Return a function that makes a node: ``node(parent, position)``."""

    def make(parent: Node | None = None, position: int = 0) -> Node:
        return Node.objects.create(parent=parent, position=position)

    return make
