"""Looks into the office that this process serves: counts, sessions for readers, what to open and to search for."""

import random
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.city import PREFIX, username
from bench.office import HOST
from yiwang.agencies.models import Role, Staff
from yiwang.agencies.seed import ROOT_CODE
from yiwang.petitions.models import Petition, PublishedAnswer

READERS = {
    "city office": (ROOT_CODE, Role.OFFICE_HANDLER),
    "county office": (f"{PREFIX}1", Role.OFFICE_HANDLER),
    "agency": (f"{PREFIX}0-0", Role.AGENCY_HANDLER),
}
SAMPLED = 3_000
TERMS = 12
OPENED = 60


def count() -> int:
    """Return how many petitions there are."""
    return Petition.objects.count()


def client_of(reader: str) -> Client:
    """Return a test client of a logged-in member of staff, as if through the proxy."""
    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"})
    client.force_login(Staff.objects.get(username=username(*READERS[reader])))
    return client


def sessions() -> dict[str, str]:
    """Return a Cookie header for each reader."""
    name = settings.SESSION_COOKIE_NAME
    return {reader: f"{name}={client_of(reader).cookies[name].value}" for reader in READERS}


def addresses() -> dict[str, dict[str, list[str]]]:
    """Return what is opened: for each page, the reader's addresses (“” is somebody without login)."""
    dice = random.Random(3)
    numbers = _numbers(dice)
    found: dict[str, dict[str, list[str]]] = {
        "work-list": {reader: [reverse("desk:work")] for reader in READERS},
        "all petitions": {reader: [reverse("desk:petitions")] for reader in READERS},
        "all petitions, filtered": {
            reader: [
                f"{reverse('desk:petitions')}?{query}" for query in ("due=late", "state=accepted", "channel=letter")
            ]
            for reader in READERS
        },
        "petition page": {"city office": [reverse("desk:petition", args=[number]) for number in numbers]},
        "supervision board": {reader: [reverse("desk:supervision")] for reader in ("city office", "county office")},
        "monitoring page": {reader: [reverse("desk:monitoring")] for reader in ("city office", "county office")},
        "duty desk": {reader: [reverse("desk:duty")] for reader in ("city office", "county office")},
    }
    for kind, terms in _terms(dice, _desk_sample(dice)).items():
        found[f"search, {kind}"] = {
            reader: [f"{reverse('desk:petitions')}?{urlencode({'q': term})}" for term in terms] for reader in READERS
        }
    for kind, terms in _terms(dice, _portal_sample(dice)).items():
        asked = [f"{reverse('portal:answers')}?{urlencode({'q': term})}" for term in terms]
        found[f"published answers, {kind}"] = {"": asked}
    return found


def _numbers(dice: random.Random) -> list[str]:
    ids = list(Petition.objects.values_list("pk", flat=True).order_by("-pk")[: 40 * OPENED])
    chosen = dice.sample(ids, min(OPENED, len(ids)))
    return list(Petition.objects.filter(pk__in=chosen).values_list("number", flat=True))


def _desk_sample(dice: random.Random) -> list[str]:
    return _spread(Petition.objects.exclude(subject=""), ("subject", "text"), dice)


def _portal_sample(dice: random.Random) -> list[str]:
    return _spread(PublishedAnswer.objects.all(), ("subject", "text", "answer_text"), dice)


def _spread(rows: Any, columns: tuple[str, ...], dice: random.Random) -> list[str]:
    """Return texts of rows from all over the table."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    chosen = dice.sample(ids, min(SAMPLED, len(ids)))
    texts: list[str] = []
    for start in range(0, len(chosen), 500):
        texts += ["\n".join(row) for row in rows.filter(pk__in=chosen[start : start + 500]).values_list(*columns)]
    return texts


def _terms(dice: random.Random, texts: list[str]) -> dict[str, list[str]]:
    """Return what is searched for: pairs that stand in most texts, pairs that stand in hardly one, and four in a row."""
    pairs = Counter(
        pair for text in texts for pair in {text[at : at + 2] for at in range(len(text) - 1)} if _chinese(pair)
    )
    ranked = [pair for pair, _ in pairs.most_common()]
    seldom = [pair for pair in ranked if pairs[pair] == 1]
    fours = [text[at : at + 4] for text in texts for at in [dice.randrange(max(1, len(text) - 4))]]
    return {
        "2 characters, common": ranked[:TERMS],
        "2 characters, rare": dice.sample(seldom, min(TERMS, len(seldom))),
        "4 characters": [four for four in fours if _chinese(four) and len(four) == 4][:TERMS],
    }


def _chinese(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)
