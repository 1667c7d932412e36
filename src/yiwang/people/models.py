"""Those who petition 信访人. One row for each petition and person: there is no register of persons (DESIGN.md)."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yiwang.vault.sealing import SealedRow, blind_index, blind_indexes

SEALED = ("name", "phone", "email", "id_number", "address", "guardian")
FOUND_BY = ("name", "phone", "email", "id_number")


class Petitioner(SealedRow):
    """Who brought one petition 信访人, or one of its representatives 代表 (art. 20). Identity is sealed, column by column."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        ORGANISATION = "organisation", pgettext_lazy("petitioner", "单位")  # elsewhere the word means an agency

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    anonymous = models.BooleanField(default=False)
    minor = models.BooleanField(default=False, help_text="under 18: the guardian is told as well")
    for_another = models.BooleanField(default=False, help_text="files for somebody else")
    language = models.CharField(max_length=8, default="zh-hans")
    sealed_name = models.BinaryField(default=b"")
    sealed_phone = models.BinaryField(default=b"")
    sealed_email = models.BinaryField(default=b"")
    sealed_id_number = models.BinaryField(default=b"")
    sealed_address = models.BinaryField(default=b"")
    sealed_guardian = models.BinaryField(default=b"")
    blind_name = models.BinaryField(max_length=16, null=True)
    blind_phone = models.BinaryField(max_length=16, null=True)
    blind_email = models.BinaryField(max_length=16, null=True)
    blind_id_number = models.BinaryField(max_length=16, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=[f"blind_{what}"],
                name=f"people_by_{what}",
                condition=models.Q(**{f"blind_{what}__isnull": False}),
            )
            for what in FOUND_BY
        ]

    def set_identity(self, **given: str) -> None:
        """Seal what was given (name, phone, email, id_number, address, guardian) and set its blind indexes."""
        for what, value in given.items():
            if what not in SEALED:
                raise ValueError(f"a petitioner has no {what}")
            self.seal(what, value.strip())
            if what in FOUND_BY:
                setattr(self, f"blind_{what}", blind_index(what, value))

    @classmethod
    def forget(cls, ids: Iterable[int]) -> None:
        """Destroy the keys and all that was given of these, for good: the end of retention, or a deletion that was granted."""
        gone = {f"sealed_{what}": b"" for what in SEALED} | {f"blind_{what}": None for what in FOUND_BY}
        cls.objects.filter(pk__in=list(ids)).update(data_key=b"", **gone)

    def masked_name(self) -> str:
        """Return the surname with the rest hidden (张某某 style: 张**), as lists show it by default."""
        name = self.unseal("name")
        return name[0] + "*" * max(1, min(len(name) - 1, 2)) if name else ""

    def masked_phone(self) -> str:
        """Return the first three and last two digits of the telephone number: 199******01."""
        phone = self.unseal("phone")
        return f"{phone[:3]}{'*' * max(3, len(phone) - 5)}{phone[-2:]}" if len(phone) > 5 else "*" * len(phone)

    @property
    def can_be_told(self) -> bool:
        """Whether any way to reach this person was left."""
        return bool(self.sealed_email or self.sealed_phone or self.sealed_address)


def found_by(what: str, value: str) -> models.Q:
    """Return the condition on a petitioner whose ``what`` (one of FOUND_BY) is exactly ``value``; nobody for an empty value."""
    if what not in FOUND_BY:
        raise ValueError(f"petitioners are not found by {what}")
    indexes = blind_indexes(what, value)
    return (
        models.Q(*[(f"blind_{what}", index) for index in indexes], _connector=models.Q.OR)
        if indexes
        else models.Q(pk__in=[])
    )
