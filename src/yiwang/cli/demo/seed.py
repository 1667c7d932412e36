"""Putting the invented city into an empty office: trees and staff as rows, every petition through the same actions.

The content lies beside this file; its days are counted from today, so that the office is always in the middle of its work.
"""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from yiwang.agencies.models import Absence, Agency, Post, Region, Role, Staff
from yiwang.agencies.seed import root_office
from yiwang.cli.demo.assessed import seed_assessment
from yiwang.cli.demo.call_backs import call_back
from yiwang.cli.demo.life import Life
from yiwang.cli.demo.orders import Orders
from yiwang.performance.reports import keeping
from yiwang.performance.reports.periods import Kind, last_whole
from yiwang.petitions.models import Category, StandardAnswer
from yiwang.satisfaction.second_looks import open_looks
from yiwang.watch.models import AlertRule
from yiwang.watch.rules import Given, save_rule
from yiwang.watch.signals import SIGNALS
from yiwang.workdays.counting import office_date, office_zone

FOLDER = Path(__file__).parent
PASSWORD = "yiwang-demo"  # noqa: S105 (known to all on purpose)
COMPARTMENT_ROLES = {Role.OFFICE_HANDLER, Role.AGENCY_HANDLER, Role.APPROVER, Role.INTAKE_CLERK, Role.AUDITOR}
"""Roles that may read accusations, or the lines about them: at the office those named in the staff file, at discipline inspection all."""
DAY_MARK = re.compile(r"\{([+-]\d+)\}")


def seed_demo(say: Callable[[str], None]) -> None:
    """Fill an office that ``yiwang migrate`` has made and that holds nothing else. The caller holds the transaction."""
    now = datetime.now(UTC)
    city = _read("city.toml")
    regions = _regions(city)
    agencies = _agencies(city, regions)
    categories = _categories(city, agencies)
    staff = _staff(agencies, office_date(now))
    _standard_answers(agencies, categories)
    stories = [
        story for path in sorted((FOLDER / "petitions").glob("*.json")) for story in json.loads(path.read_text("utf-8"))
    ]
    stories.sort(key=lambda story: (-story["days_ago"], story["time"]))
    lives: dict[str, Life] = {}
    for story in stories:
        dated = with_dates(story, moment(now, -story["days_ago"], story["time"]))
        lives[story["key"]] = Life(
            dated, root_office(), regions, agencies, categories, staff, city["basis"], lives, now
        )
    # Step by step over the whole city, in the order of the days: one petition is merged into another that is under way.
    steps = sorted((step for life in lives.values() for step in life.steps()), key=lambda step: step.at)
    for number, step in enumerate(steps):
        if step.at <= now:
            step.life.take(step)
        if number % 250 == 249:
            say(f"  {number + 1} of {len(steps)} steps in the lives of {len(lives)} petitions …")
    followed = Orders(
        _read("orders.toml"), agencies, {key: life.petition_id for key, life in lives.items()}, now
    ).seed()
    say(f"  {followed} orders of the office, each at some point of its way …")
    open_looks(now=now)
    call_back(now, staff)
    seed_assessment(staff)
    _alert_rules(staff, now)
    keeping.make(Kind.WEEKLY, last_whole(Kind.WEEKLY, office_date(now)))
    say(f"An invented city with {len(agencies)} agencies, {len(staff)} staff and {len(lives)} petitions.")


def _alert_rules(staff: dict[str, Staff], now: datetime) -> None:
    """Enter what an office begins with; the demo has no mail server, so that nothing leaves."""
    administrator = next(
        (person for person in staff.values() if person.posts.filter(role=Role.SYSTEM_ADMINISTRATOR).exists()), None
    )
    if administrator is None:
        return
    for code, minutes in (("worker_silent", 0), ("disk", 5), ("channel_down", 0), ("backup", 0)):
        given = Given(
            signal=code, about="", threshold=SIGNALS[code].threshold, minutes=minutes, repeat_hours=4, quiet_from=None,
            quiet_until=None, active=True, mails=("duty@example.org",),
        )  # fmt: skip
        save_rule(AlertRule(), given, administrator.pk, now)


def moment(now: datetime, days: int, clock: str) -> datetime:
    """Return the instant of a clock time at the office, so many days from today."""
    return datetime.combine(
        office_date(now) + timedelta(days=days), time.fromisoformat(clock), office_zone()
    ).astimezone(UTC)


def with_dates(story: dict[str, Any], received: datetime) -> dict[str, Any]:
    """Return the story with its marks {+3} {-15} written as dates, counted from the day of receipt."""
    day = office_date(received)
    english = story["language"] == "en"

    def written(value: Any) -> Any:
        if isinstance(value, str):
            return DAY_MARK.sub(lambda mark: _in_words(day + timedelta(days=int(mark[1])), english), value)
        if isinstance(value, list):
            return [written(part) for part in value]
        if isinstance(value, dict):
            return {name: written(part) for name, part in value.items()}
        return value

    return {**written(story), "received": received}


def _in_words(day: date, english: bool) -> str:
    return f"{day.day} {day:%B}" if english else f"{day.month}月{day.day}日"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _regions(city: dict[str, Any]) -> dict[str, Region]:
    found: dict[str, Region] = {}
    for position, row in enumerate(city["tree"]["regions"]):
        parent = found.get(row["parent"])
        region = Region() if parent else root_office().region or Region()
        region.code, region.name, region.name_en, region.level = row["code"], row["zh"], row["en"], row["level"]
        region.parent, region.position = parent, position
        region.save()
        found[row["code"]] = region
    return found


def _agencies(city: dict[str, Any], regions: dict[str, Region]) -> dict[str, Agency]:
    found: dict[str, Agency] = {}
    desk = city["office"]
    for position, row in enumerate(city["tree"]["agencies"]):
        parent = found.get(row["parent"])
        agency = Agency() if parent else root_office()
        agency.code, agency.name, agency.name_en = row["code"], row["zh"], row["en"]
        agency.kind, agency.level, agency.region = row["kind"], row["level"], regions[row["region"]]
        agency.telephone, agency.parent, agency.position = row["telephone"], parent, position
        if row["code"] == desk["agency"]:
            agency.telephone, agency.address, agency.reception = desk["telephone"], desk["address_zh"], desk["hours_zh"]
        agency.reviewed_by = found[row["reviewed_by"]] if "reviewed_by" in row else None
        agency.reviewed_outside = row.get("reviewed_outside", "")
        agency.save()
        found[row["code"]] = agency
    return found


def _categories(city: dict[str, Any], agencies: dict[str, Agency]) -> dict[str, Category]:
    found: dict[str, Category] = {}
    for position, row in enumerate(city["tree"]["categories"]):
        parent = found.get(row["code"][:-2])
        handles = agencies[row["agency"]] if row.get("agency") else parent.default_agency if parent else None
        category = Category(code=row["code"], name=row["zh"], name_en=row["en"], parent=parent, position=position)
        category.default_agency = handles
        category.save()
        found[row["code"]] = category
    return found


def _staff(agencies: dict[str, Agency], today: date) -> dict[str, Staff]:
    content = _read("staff.toml")
    password = make_password(PASSWORD)  # once: it is the same for all, and slow on purpose
    found: dict[str, Staff] = {}
    for row in content["staff"]:
        person = Staff.objects.create(username=row["username"], name=row["name"], password=password)
        agency = agencies[row["agency"]]
        for role in row["roles"]:
            opened = role in COMPARTMENT_ROLES and (
                row.get("compartment", False) or agency.kind == Agency.Kind.DISCIPLINE
            )
            Post.objects.create(staff=person, agency=agency, role=role, compartment=opened)
        found[row["username"]] = person
    for row in content.get("absences", []):
        Absence.objects.create(
            staff=found[row["username"]],
            stand_in=found[row["stand_in"]],
            first_day=today + timedelta(days=row["from_days"]),
            last_day=today + timedelta(days=row["to_days"]),
            note=row["reason"],
        )
    return found


def _standard_answers(agencies: dict[str, Agency], categories: dict[str, Category]) -> None:
    path = FOLDER / "standard_answers.toml"
    for row in _read(path.name)["answers"] if path.exists() else []:
        StandardAnswer.objects.create(
            title=row["title"],
            text=row["text"],
            category=categories.get(row.get("category", "")),
            agency=agencies.get(row.get("agency", "")),
        )
