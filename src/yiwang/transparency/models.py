"""The log of petitions 存证日志: one commitment a filing, in a Merkle tree whose signed heads are public.

No row names a petition. Which leaf is whose is known to who can open the petition: its sealed opening holds the salt.
"""

from django.db import models

from yiwang.store.ids import new_id

LEVEL_SHIFT = 48
"""A node's id is its level and its index below that bit."""


class Waiting(models.Model):
    """A commitment that is not in the tree yet; written with the petition, taken away when its leaf is written."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    commitment = models.BinaryField(max_length=32)


class Leaf(models.Model):
    """A leaf of the tree: the hash of one commitment. Append-only, without gaps."""

    index = models.BigIntegerField(primary_key=True, editable=False, help_text="counted from 0")
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hash"], name="transparency_leaf_once")]


class Node(models.Model):
    """The hash of a complete subtree of two leaves or more: what proofs are made of. Append-only."""

    id = models.BigIntegerField(primary_key=True, editable=False, help_text="level << 48 | index")
    hash = models.BinaryField(max_length=32)


class Head(models.Model):
    """A signed tree head (RFC 9162, section 4.2.5): so many leaves, with this root, at this time. Append-only."""

    size = models.BigIntegerField(primary_key=True, editable=False)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.CharField(max_length=40, help_text="name of the key that signed")
    signature = models.BinaryField(max_length=64)


class Turn(models.Model):
    """One row, which whoever appends to the tree holds locked: a lease that ends with its transaction."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    covered_at = models.DateTimeField(help_text="when it was last decided whether a cover leaf is due")
