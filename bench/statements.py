"""Statements that each page and a filing run, counted inside the product, without BEGIN, COMMIT and SAVEPOINT."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import probes
from bench.contestants import FILING
from bench.forms import read_form
from bench.office import HOST
from yiwang.desk.work import mine

TRANSACTION = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
NUMBER = re.compile(r"/desk/petitions/([0-9-]{16})/")
LENGTHS = (10, 50, 100)


def statements() -> dict[str, int]:
    """Return the count for each page (the greatest over its readers and addresses) and for one filing.

    A length of work-list that no reader's list reaches is missing.
    """
    found = {"filing": _filing()}
    for page, readers in probes.addresses().items():
        for reader, addresses in readers.items():
            client = (
                probes.client_of(reader) if reader else Client(headers={"host": HOST, "x-forwarded-proto": "https"})
            )
            if page == "work-list":
                for length in LENGTHS:
                    count, rows = _work_list(client, addresses[0], length)
                    if rows >= length:
                        _keep(found, f"work-list of {length}", count)
            else:
                for address in addresses[:8]:
                    _keep(found, page, _page(client, address)[0])
    return found


def _keep(found: dict[str, int], name: str, count: int) -> None:
    found[name] = max(found.get(name, 0), count)


def _work_list(client: Client, address: str, length: int) -> tuple[int, int]:
    """Return statements and rows of the work-list, were a page of it so long."""
    with (
        mock.patch.object(mine, "PAGE", length),
        mock.patch.object(mine.waiting, "__kwdefaults__", {"limit": length + 1}),
    ):
        count, content = _page(client, address)
    return count, len(set(NUMBER.findall(content)))


def _page(client: Client, address: str) -> tuple[int, str]:
    client.get(address, secure=True)  # whatever a process reads once
    with _counted() as statements:
        answer = client.get(address, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return len(statements), answer.content.decode()


def _filing() -> int:
    headers = {"host": HOST, "x-forwarded-proto": "https", "referer": f"https://{HOST}/ask/"}
    client = Client(enforce_csrf_checks=True, headers=headers)
    form = read_form(client.get("/ask/", secure=True).content.decode(), having="text")
    region = form.choices["region"][-1]
    for attempt in ("甲", "乙"):
        kind, body = form.encode(
            {**FILING, "subject": f"路灯不亮{attempt}", "text": "楼道里一个月没有灯。", "region": region}
        )
        with _counted() as statements:
            answer = client.generic("POST", "/ask/", body, content_type=kind, secure=True)
        if answer.status_code != 303:
            raise RuntimeError(f"filing answers {answer.status_code}")
    return len(statements)


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield statements
    statements += [query["sql"] for query in captured if not TRANSACTION.match(query["sql"] or "")]
