"""Trees: paths are true after every change, branches are found by an index, circles are refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models

from yiwang.store.trees import MAX_DEPTH, TreeNode, ids_on, in_tree_order, within


def test_path_and_depth_follow_from_the_parent(node):
    city = node()
    bureau = node(city)
    section = node(bureau)

    assert section.path == f"{city.id}.{bureau.id}.{section.id}."
    assert (city.depth, bureau.depth, section.depth) == (0, 1, 2)
    assert ids_on(section.path) == [city.id, bureau.id, section.id]


def test_branch_and_ancestors(node):
    city = node()
    bureau, other = node(city), node(city)
    section = node(bureau)

    assert set(city.descendants()) == {bureau, other, section}
    assert set(bureau.descendants(include_self=True)) == {bureau, section}
    assert list(section.ancestors()) == [city, bureau]
    assert list(section.ancestors(include_self=True)) == [city, bureau, section]
    assert section.lies_within(bureau)
    assert not section.lies_within(other)


def test_an_id_that_begins_like_another_is_not_in_its_branch(node):
    nodes = type(node()).objects
    twelve = nodes.create(id=12)
    nodes.create(id=123)
    below = nodes.create(id=7, parent=twelve)

    assert set(nodes.filter(within("12."))) == {twelve, below}


def test_a_move_takes_the_branch_along(node):
    city = node()
    bureau, other = node(city), node(city)
    section = node(bureau)
    desk = node(section)

    section.place_under(other, position=3)

    desk.refresh_from_db()
    assert desk.path == f"{city.id}.{other.id}.{section.id}.{desk.id}."
    assert desk.depth == 3
    assert section.position == 3
    assert not bureau.descendants().exists()

    section.place_under(None)

    desk.refresh_from_db()
    assert (section.depth, desk.depth) == (0, 1)
    assert desk.path == f"{section.id}.{desk.id}."


def test_a_parent_that_was_moved_meanwhile_is_read_afresh(node):
    city, province = node(), node()
    stale = type(city).objects.get(pk=city.pk)
    city.place_under(province)

    child = node(stale)

    assert child.path == f"{province.id}.{city.id}.{child.id}."


def test_a_node_held_in_hand_while_its_branch_moved_keeps_the_new_path(node):
    city, province = node(), node()
    bureau = node(city)
    stale = type(bureau).objects.get(pk=bureau.pk)
    city.place_under(province)

    stale.position = 9
    stale.save()

    bureau.refresh_from_db()
    assert bureau.path == f"{province.id}.{city.id}.{bureau.id}."
    assert bureau.position == 9


@pytest.mark.parametrize("target", ["itself", "child", "grandchild"])
def test_a_circle_is_refused_and_nothing_changes(node, target):
    top = node()
    child = node(top)
    grandchild = node(child)
    before = list(type(top).objects.order_by("id").values_list("id", "parent", "path", "depth"))

    with pytest.raises(ValidationError) as refusal:
        top.place_under({"itself": top, "child": child, "grandchild": grandchild}[target], position=5)

    assert refusal.value.error_dict["parent"][0].code == "cycle"
    assert (top.parent, top.position, top.depth) == (None, 0, 0)
    assert list(type(top).objects.order_by("id").values_list("id", "parent", "path", "depth")) == before


def test_a_form_hears_of_a_circle_before_it_saves(node):
    top = node()
    top.parent = node(top)

    with pytest.raises(ValidationError) as refusal:
        top.clean()

    assert refusal.value.error_dict["parent"][0].code == "cycle"


def test_too_deep_is_refused_even_when_only_the_branch_below_would_be(node):
    chain = [node()]
    for _ in range(MAX_DEPTH):
        chain.append(node(chain[-1]))
    with pytest.raises(ValidationError):
        node(chain[-1])

    branch = node()
    leaf = node(branch)
    with pytest.raises(ValidationError):
        branch.place_under(chain[-2])

    leaf.refresh_from_db()
    branch.refresh_from_db()
    assert leaf.path == f"{branch.id}.{leaf.id}."
    assert branch.parent is None


def test_a_node_with_children_is_protected(node):
    top = node()
    node(top)

    with pytest.raises(models.ProtectedError):
        top.delete()


def test_the_order_in_which_a_tree_is_read(node):
    top = node(position=1)
    second, first = node(top, position=2), node(top, position=1)
    below_first = node(first)
    other = node(position=0)

    assert in_tree_order([below_first, second, first, other, top]) == [other, top, first, below_first, second]
    assert in_tree_order([second, below_first]) == [below_first, second]


def test_an_empty_path_is_never_a_branch():
    with pytest.raises(ValueError):
        within("")


def test_a_branch_is_found_by_the_index(node):
    table = type(node())._meta.db_table
    query = type(node()).objects.filter(within("12.34.")).values("pk")
    if connection.vendor == "sqlite":
        plan = query.explain()
        assert f"SEARCH {table} USING" in plan
        assert "path>? AND path<?" in plan
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        plan = query.explain()
        assert "Index Cond" in plan
        assert "~>=~" in plan


def test_a_tree_needs_no_table_of_its_own():
    assert TreeNode._meta.abstract
