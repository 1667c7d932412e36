"""Filing: whatever arrives, by whichever channel, becomes one petition with a receipt that is never lost and never doubled."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Region, Staff
from yiwang.people.models import Petitioner
from yiwang.petitions import compartment, deadlines, exemptions, notices, numbers, permissions, receipts
from yiwang.petitions.actions.action import Refused
from yiwang.petitions.actions.referring import refuse_agency
from yiwang.petitions.actions.work import Work, set_turn
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload, attach, forget, transaction_with
from yiwang.petitions.lifecycle import BY_ACTION, REFERRAL_MOVES
from yiwang.petitions.models import AccusedPerson, Attachment, Category, Deadline, Petition, Referral, Representative
from yiwang.petitions.search import PETITIONS
from yiwang.store.ids import new_id
from yiwang.store.inserting import insert_alone
from yiwang.workdays.counting import office_date

MOST_REPRESENTATIVES = 5  # art. 20
LONGEST_SUBJECT = 100
LONGEST_TEXT = 20_000
ORAL = frozenset({Petition.Channel.HOTLINE, Petition.Channel.VISIT})


@dataclass(frozen=True)
class Identity:
    """Who petitions, in plain; it is sealed before anything is written."""

    name: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""
    address: str = ""
    guardian: str = ""
    kind: str = Petitioner.Kind.PERSON
    anonymous: bool = False
    minor: bool = False
    for_another: bool = False

    @classmethod
    def of(cls, petitioner: Petitioner) -> "Identity":
        """Return the identity in plain of somebody who petitioned already, for a further petition of the same matter."""
        plain = {
            what: petitioner.unseal(what) for what in ("name", "phone", "email", "id_number", "address", "guardian")
        }
        return cls(
            **plain,
            kind=petitioner.kind,
            anonymous=petitioner.anonymous,
            minor=petitioner.minor,
            for_another=petitioner.for_another,
        )

    def row(self, language: str, at: datetime, *, compartment: bool = False) -> Petitioner:
        """Return the unsaved, sealed row; ``compartment`` for whoever accuses."""
        petitioner = Petitioner(
            id=new_id(at),
            kind=self.kind,
            anonymous=self.anonymous,
            minor=self.minor,
            for_another=self.for_another,
            language=language,
        )
        petitioner.in_compartment = compartment
        petitioner.key  # noqa: B018 - even a row without a word gets its key now, so that one may be added later
        given = {what: getattr(self, what) for what in ("name", "phone", "email", "id_number", "address", "guardian")}
        petitioner.set_identity(**{what: value for what, value in given.items() if value.strip()})
        return petitioner


@dataclass(kw_only=True)
class File:
    """Bring a matter 提出 (arts. 17, 19, 21): the one way by which a petition comes to be.

    ``intake_key`` names the attempt: a repeated one returns the petition that the first one made. ``received_at`` may lie
    in the past where staff enter what arrived earlier (a letter): limits run from then. ``source`` and ``source_number``
    are an import's own, and make it idempotent too. ``agency`` received it directly 直接收到 (art. 23): it has the lead at
    once, and owes the notice. Whom of the staff an accusation names, by ``accused_people`` or in its words, does not see it.
    """

    channel: str
    office: Agency
    subject: str
    text: str
    identity: Identity = field(default_factory=Identity)
    purpose: str = Petition.Purpose.APPEAL
    category: Category | None = None
    region: Region | None = None
    place: str = ""
    language: str = "zh-hans"
    persons: int = 1
    representatives: Sequence[Identity] = ()
    consents_to_publish: bool = False
    read_back: bool = False
    urgent: bool = False
    accused: Agency | None = None
    accused_people: Sequence[Staff] = ()
    uploads: Sequence[Upload] = ()
    intake_key: str | None = None
    received_at: datetime | None = None
    source: str = ""
    source_number: str = ""
    agency: Agency | None = None
    split_from: Petition | None = None

    @property
    def code(self) -> str:
        return "file_directly" if self.agency else "file"

    def run(self, actor: Actor, *, historical: bool = False, quiet: bool = False) -> Petition:
        """File it and return the petition, or raise :class:`Refused`. Everything slow is done before the transaction."""
        now = datetime.now(UTC)
        received_at = self.received_at or now
        self._check(actor, received_at, now, historical or quiet)
        petition = self._petition(received_at, historical)
        representatives = [
            Representative(petition=petition, petitioner=self._person(identity, received_at))
            for identity in self.representatives
        ]
        entitled, post = permissions.entitlement(BY_ACTION[self.code], actor, petition)
        if not entitled:
            raise Refused("not_entitled", _("您的岗位不能登记信访。"))
        if self.agency:
            refuse_agency(petition, self.agency)
        work = Work(
            petition, actor, post, BY_ACTION[self.code], now, received_at if actor.imported else now, historical, quiet
        )
        named = self._named(petition) if petition.is_accusation else []
        petition.state = work.transition.end
        referral = self._held(petition, received_at)
        limit = self._limit(work, referral, received_at)
        if limit and historical:
            limit.cancelled_at, limit.cancelled_because = received_at, "history"
        elif limit:
            petition.next_due_at, petition.next_due_rule = limit.due_at, limit.rule
        set_turn(petition)
        self._tell(work, limit)
        if self.split_from:
            work.data["split_from"] = str(self.split_from.pk)
        entry = work.entry(self.code)
        entry.from_state = ""
        commitment = receipts.commit(petition, now)
        owed = notices.owed(petition, entry, work.tellings, now)
        line = work.line(self.code)
        searchable = petition.searchable()
        indexed = [PETITIONS.insertion(PETITIONS.prepared(petition.pk, *searchable))] if searchable else []
        stored: list[Attachment] = []
        try:
            for upload in self.uploads:
                stored.append(attach(petition, entry, upload))
        except BaseException:
            forget(stored)
            raise
        try:
            persons = (petition.petitioner, *(row.petitioner for row in representatives))
            hanging = [row for row in (referral, entry, limit) if row]
            with transaction_with(stored) if stored else nullcontext():
                insert_alone(
                    *persons, petition, *representatives, *named, *hanging, *stored, *owed, line, commitment, *indexed
                )
        except IntegrityError:
            if before := self._filed_before():
                return before
            if Petition.objects.filter(number=petition.number).exists():
                # Another of this month drew the same eight digits: draw again.
                return self.run(actor, historical=historical, quiet=quiet)
            raise
        return petition

    def _petition(self, received_at: datetime, historical: bool) -> Petition:
        received_on = office_date(received_at)
        petition = Petition(
            id=new_id(received_at), number=numbers.new_number(received_on), intake_key=self.intake_key,
            source=self.source, source_number=self.source_number, channel=self.channel, purpose=self.purpose,
            category=self.category, region=self.region, language=self.language,
            petitioner=self._person(self.identity, received_at), persons=max(self.persons, 1),
            consents_to_publish=self.consents_to_publish, read_back=self.read_back, urgent=self.urgent, accused=self.accused,
            office=self.office, lead_agency=self.agency, split_from=self.split_from, received_at=received_at,
            received_on=received_on, historical=historical,
            rules=deadlines.version_on(self.office.local_limits, received_on),
        )  # fmt: skip
        petition.in_compartment = petition.is_accusation
        petition.key  # noqa: B018 - entries are sealed under it
        petition.set_words(_storable(self.subject), _storable(self.text), _storable(self.place))
        return petition

    def _person(self, identity: Identity, received_at: datetime) -> Petitioner:
        return identity.row(self.language, received_at, compartment=self.purpose == Petition.Purpose.ACCUSATION)

    def _named(self, petition: Petition) -> list[AccusedPerson]:
        """Return the unsaved rows of whom the accusation names; one statement. Refused where nobody would be left to read it."""
        readers = compartment.Readers.of(petition, [self.agency.pk] if self.agency else [])
        given = {staff.pk for staff in self.accused_people}
        if readers.lose(self.accused, given):
            raise Refused("no_reader", compartment.no_reader())
        found = given | {staff.pk for staff in readers.named_in(self.subject, self.text)}
        people = given if readers.lose(self.accused, found) else found
        return [AccusedPerson(petition=petition, staff_id=pk) for pk in sorted(people)]

    def _held(self, petition: Petition, received_at: datetime) -> Referral | None:
        """Return the unsaved referral of the agency that received the matter directly."""
        if self.agency is None:
            return None
        petition.registered_at = received_at
        return Referral(
            petition=petition, agency=self.agency, lead=True, kind=Referral.Kind.DIRECT,
            state=REFERRAL_MOVES[self.code].end, sent_at=received_at, received_at=received_at,
        )  # fmt: skip

    def _limit(self, work: Work, referral: Referral | None, received_at: datetime) -> Deadline | None:
        """Return the unsaved limit that receipt starts; none where there is nobody to tell (art. 23)."""
        if self.agency is None:
            return work.start_unsaved("refer", self.office, since=received_at)
        if exemptions.exempts("notice", work.petition, self.agency, Referral.Kind.DIRECT):
            return None
        return work.start_unsaved("notice", self.agency, referral, since=received_at)

    def _tell(self, work: Work, limit: Deadline | None) -> None:
        if self.split_from:
            number = work.petition.number
            work.tell("split", first=self.split_from.number, code=numbers.lookup_code(number))
        elif limit:
            work.tell("filed" if self.agency is None else "filed_directly", day=limit.due_on, agency=self.agency)

    def _check(self, actor: Actor, received_at: datetime, now: datetime, as_import: bool) -> None:
        if as_import and not actor.imported:
            raise ValueError("only an import may write history")
        if received_at > now:
            raise Refused("in_the_future", _("收到时间不能晚于现在。请改正后再提交，您填写的内容还在。"))
        if not self.subject.strip():
            raise Refused("no_subject", _("请用一句话写明是什么事。"))
        if not self.text.strip():
            raise Refused("no_text", _("请写明事情的经过和您的请求。"))
        if len(self.subject.strip()) > LONGEST_SUBJECT or len(self.text.strip()) > LONGEST_TEXT:
            raise Refused(
                "too_long",
                _("标题不超过%(subject)d个字，内容不超过%(text)d个字。请缩短后再提交，您填写的内容还在。")
                % {"subject": LONGEST_SUBJECT, "text": LONGEST_TEXT},
            )
        if len(self.representatives) > MOST_REPRESENTATIVES:
            raise Refused("too_many_representatives", _("多人共同信访，代表不超过5人（《信访工作条例》第二十条）。"))
        if self.channel in ORAL and actor.kind == "staff" and not self.read_back:
            raise Refused("not_read_back", _("口头信访要如实记录，请读给信访人听，确认无误后再登记（第十九条）。"))

    def _filed_before(self) -> Petition | None:
        """Return what an earlier attempt with the same key (or the same number at the source) has made."""
        if self.intake_key and (found := Petition.objects.filter(intake_key=self.intake_key).first()):
            return found
        if self.source_number:
            return Petition.objects.filter(source=self.source, source_number=self.source_number).first()
        return None


def intake_key(form_key: str, *parts: object) -> str:
    """Return the key of one attempt: the form's own random key with what was written in it.

    A repeated POST gives the same; whoever goes back and changes the words files a second matter, and loses nothing.
    """
    return sha256("\0".join([form_key, *(str(part) for part in parts)]).encode()).hexdigest()


def _storable(text: str) -> str:
    """Return the text without what no database takes: NUL, and halves of broken characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()
