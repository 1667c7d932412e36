"""Answered petitions, with a co-agency that reported and one that did not."""

from tests.given import City

from yiwang.agencies.models import Agency, Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition


def answered_with_co_agencies(city: City) -> Petition:
    """Return one led by housing; parks reported, transport was asked and did not."""
    petition = city.bring_to("accepted")
    actions.AskMoreAgencies(co=[city.parks, city.transport]).run(city.officer, petition.pk)
    actions.CoReport(text="树枝已修剪").run(city.handler(city.parks), petition.pk)
    actions.DraftAnswer(text="楼道灯已于今日修好。", outcome="support").run(city.handler(city.housing), petition.pk)
    return actions.Approve().run(city.approver(city.housing), petition.pk)


def answered_accusation(city: City, accused: Agency | None = None) -> Petition:
    """Return an accusation that the office's compartment handled and discipline inspection answered."""
    petition = city.file("科长收了钱", purpose="accusation", accused=accused or city.housing)
    opened = {
        role: city.actor(city.office, role, compartment=True) for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
    }
    handler, approver = (
        city.actor(city.discipline, role, compartment=True) for role in (Role.AGENCY_HANDLER, Role.APPROVER)
    )
    way: list[tuple[actions.Action, Actor]] = [
        (actions.Register(), opened[Role.INTAKE_CLERK]),
        (actions.Refer(lead=city.discipline), opened[Role.OFFICE_HANDLER]),
        (actions.Accept(), handler),
        (actions.DraftAnswer(text="经查，反映的问题部分属实，已处理。", outcome="support"), handler),
        (actions.Approve(), approver),
    ]
    for action, actor in way:
        petition = action.run(actor, petition.pk)
    return petition
