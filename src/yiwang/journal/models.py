"""The behaviour log 系统行为日志: who did what to which record, from where, with what result; and what proves that it is whole.

A line (:class:`Record`) is written with what it tells of and never touched again. What the sequencer finds out later, its
place, lies in a row of its own (:class:`Place`), so that no role of the database need be able to change either.
"""

from django.db import models

from yiwang.store.ids import new_id


class Record(models.Model):
    """One line of the behaviour log. Append-only; holds ids, never words; bound by a keyed MAC of its own."""

    class Result(models.TextChoices):
        DONE = "done", "完成"
        REFUSED = "refused", "拒绝"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=60, blank=True, help_text="a code of the reason, never words of a person")
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.DONE)
    origin = models.CharField(
        max_length=45, blank=True, default="", help_text="network address of a member of staff; of nobody else"
    )
    mac = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_who_saw_this"),
            models.Index(fields=["actor_kind", "actor_id", "id"], name="journal_what_was_seen_by"),
        ]


class Place(models.Model):
    """Where a line stands in the journal: its number from 1 on, without gaps; the chain up to it; its leaf of the Merkle tree.

    ``leaf`` is the leaf hash (RFC 9162, 2.1.1) of the line's id and MAC; ``chain`` the SHA-256 of the chain before and the
    leaf. Append-only.
    """

    seq = models.BigIntegerField(primary_key=True, editable=False)
    # Without a constraint: a line that somebody took away is found, and told, by who verifies.
    record = models.OneToOneField(Record, models.DO_NOTHING, related_name="place", db_constraint=False)
    leaf = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)


class Head(models.Model):
    """A signed head: so many lines, with this chain and this Merkle root, at this time. Append-only.

    Each names the one before it by ``previous``, so that the last signature binds them all; each stands in a file outside
    the database too (journal/heads.py).
    """

    number = models.BigIntegerField(primary_key=True, editable=False)
    count = models.BigIntegerField()
    chain = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32, help_text="link of the head before; zeros for the first")
    key = models.CharField(max_length=40)
    signature = models.BinaryField(max_length=64)


class Closing(models.Model):
    """What stays of a segment whose retention is over: its last head's count, chain and tree, signed. Append-only.

    The lines up to ``count`` are gone with their places and heads; whoever verifies begins here.
    """

    count = models.BigIntegerField(primary_key=True, editable=False)
    chain = models.BinaryField(max_length=32)
    frontier = models.BinaryField(help_text="roots of the full subtrees up to here, from left to right")
    head_number = models.BigIntegerField()
    head_link = models.BinaryField(max_length=32)
    covers_until = models.DateTimeField(help_text="time of the segment's last head")
    at = models.DateTimeField()
    key = models.CharField(max_length=40)
    signature = models.BinaryField(max_length=64)


class Sequencer(models.Model):
    """How far the lines have their places, and who gives them now: one row, which can be counted anew from the places.

    ``holder`` has the lease until ``until``. All lines with ids below ``floor`` have their places, save those whose
    transaction took longer than any should; ``swept_at`` says when these were last looked for.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    holder = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField()
    count = models.BigIntegerField(default=0)
    chain = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    floor = models.BigIntegerField(default=0)
    swept_at = models.DateTimeField()
    signed_count = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField()
