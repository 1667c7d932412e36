"""The trees that everything hangs on: agencies, categories, regions. Administrators add, rename, move and switch off."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.changes import (
    ChangeRefused,
    activate_node,
    add_node,
    change_node,
    deactivate_node,
    move_node,
)
from yiwang.agencies.models import Agency, Named, Region, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.work.filters import tree_choices
from yiwang.petitions.models import Category, RatingReason
from yiwang.petitions.reference import open_with
from yiwang.store.trees import ids_on, in_tree_order
from yiwang.ui.forms import Form


class NodeForm(Form):
    """What every node has."""

    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)


class RegionForm(NodeForm):
    """A city, county or township."""

    level = forms.ChoiceField(label=_("级别"), choices=Region.Level.choices)


class AgencyForm(NodeForm):
    """An office or an agency, with what the portal says of it."""

    kind = forms.ChoiceField(label=_("类别"), choices=Agency.Kind.choices)
    level = forms.ChoiceField(label=_("级别"), choices=Region.Level.choices)
    region = forms.ChoiceField(label=_("地区"), required=False)
    reviewed_by = forms.ChoiceField(
        label=_("复查机关"), required=False,
        help_text=_("对它的答复不服，向谁申请复查、复核：本级政府，或上一级主管部门。空着：上面最近的信访部门。"),
    )  # fmt: skip
    reviewed_outside = forms.CharField(
        label=_("平台外的复查机关"), max_length=80, required=False,
        help_text=_("不在本平台上的，写名称；它的意见由信访部门录入。填了它，上面一项就不用。"),
    )  # fmt: skip
    telephone = forms.CharField(label=_("电话"), max_length=40, required=False)
    address = forms.CharField(label=_("地址"), max_length=160, required=False)
    reception = forms.CharField(label=_("接待时间"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self.fields["region"], Region.objects.filter(active=True), _("不限"))
        _choose_from(self.fields["reviewed_by"], Agency.objects.filter(active=True), _("上面最近的信访部门"))

    def clean_reviewed_by(self) -> Agency | None:
        """Return the agency itself."""
        chosen = self.cleaned_data["reviewed_by"]
        return Agency.objects.get(pk=chosen) if chosen else None

    def reviews_not_itself(self, found: Named) -> None:
        """Take the agency itself out of those that may review it."""
        others = Agency.objects.filter(active=True).exclude(pk=found.pk)
        _choose_from(self.fields["reviewed_by"], others, _("上面最近的信访部门"))

    def clean_region(self) -> Region | None:
        """Return the region itself."""
        return Region.objects.get(pk=self.cleaned_data["region"]) if self.cleaned_data["region"] else None


class CategoryForm(NodeForm):
    """What a matter is about, and who usually handles it."""

    default_agency = forms.ChoiceField(
        label=_("通常的责任单位"), required=False, help_text=_("转办时先提出这个单位，经办人可以改。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self.fields["default_agency"], Agency.objects.filter(active=True), _("没有"))

    def clean_default_agency(self) -> Agency | None:
        """Return the agency itself."""
        chosen = self.cleaned_data["default_agency"]
        return Agency.objects.get(pk=chosen) if chosen else None


class MoveForm(Form):
    """Where a node is to lie. The choices hold neither the node nor what lies below it."""

    parent = forms.ChoiceField(label=_("移到这个上级之下"), required=False)


@dataclass(frozen=True)
class Kind:
    """One of the trees, as the pages speak of it."""

    model: type[Named]
    form: type[NodeForm]
    title: str | Promise
    lead: str | Promise
    below: str | Promise
    levels: int | None = None

    def can_have_below(self, node: Named) -> bool:
        """Tell whether something may lie below a node: some trees have few levels."""
        return self.levels is None or node.depth < self.levels - 1


KINDS: dict[str, Kind] = {
    "agencies": Kind(Agency, AgencyForm, _("单位"), _("上下级就是转办和审核的路线。"), _("添加下级单位")),
    "categories": Kind(Category, CategoryForm, _("内容分类"), _("最多三级。"), _("添加下级分类"), 3),
    "reasons": Kind(
        RatingReason, NodeForm, _("不满意的原因"), _("最多两级：上一级是分组，下一级给信访人选。"), _("添加下级原因"), 2
    ),
    "regions": Kind(Region, RegionForm, _("地区"), _("市、县、乡镇街道。"), _("添加下级地区")),
}


@for_staff(Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
@require_safe
def index(request: DeskRequest) -> HttpResponse:
    """Show what can be set, by the one of the administrators who looks."""
    return render(
        request,
        "desk/setup/index.html",
        {
            "keeps_tables": request.actor.has(Role.SYSTEM_ADMINISTRATOR),
            "keeps_security": request.actor.has(Role.SECURITY_ADMINISTRATOR),
        },
    )


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def tree(request: DeskRequest, kind: str) -> HttpResponse:
    """Show one tree."""
    shown = _kind(kind)
    nodes = list(shown.model._default_manager.all())
    context = {"kind": kind, "shown": shown, "nodes": _as_dicts(kind, nodes), "number": len(nodes)}
    return render(request, "desk/setup/tree.html", context)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def add(request: DeskRequest, kind: str) -> HttpResponse:
    """Add a node, below the one that the address names."""
    shown = _kind(kind)
    asked = request.GET.get("under", "")
    parent = get_object_or_404(shown.model._default_manager.all(), pk=int(asked)) if asked.isdecimal() else None
    if parent and not shown.can_have_below(parent):
        messages.warning(
            request, gettext("“%(tree)s”最多%(number)d级。") % {"tree": shown.title, "number": shown.levels}
        )
        return SeeOther(reverse("desk:setup_node", args=[kind, parent.pk]))
    form = shown.form(request.POST if request.method == "POST" else None, initial=_initial_below(parent))
    form.fields["code"] = forms.SlugField(
        label=_("代码"), max_length=60, help_text=_("导入和设置用它指这一项，定了不改：小写字母、数字和连字符。")
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = add_node(shown.model(**{**form.cleaned_data, "parent": parent}), request.user)
        except ChangeRefused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, gettext("已添加“%(name)s”。") % {"name": made})
            return SeeOther(reverse("desk:setup_node", args=[kind, made.pk]))
    context = {"kind": kind, "shown": shown, "parent": parent, "form": form}
    return render(request, "desk/setup/node_add.html", context, status=422 if form.errors else 200)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def node(request: DeskRequest, kind: str, node_id: int) -> HttpResponse:
    """Show one node; rename it, move it, switch it off or on."""
    shown = _kind(kind)
    found = get_object_or_404(shown.model._default_manager.all(), pk=node_id)
    doing = request.POST.get("do", "")
    form = shown.form(request.POST if doing == "change" else None, initial=_initial(found, shown.form))
    if isinstance(form, AgencyForm):
        form.reviews_not_itself(found)
    move = MoveForm(request.POST if doing == "move" else None, initial={"parent": found.parent_id or ""})
    places = [
        place
        for place in shown.model._default_manager.filter(active=True)
        if not place.lies_within(found) and shown.can_have_below(place)
    ]
    _choose_from(move.fields["parent"], places, _("最上级"))
    try:
        if told := _do(request, doing, found, form, move):
            messages.success(request, told)
            return SeeOther(reverse("desk:setup_node", args=[kind, found.pk]))
    except ChangeRefused as refused:
        refusing = {"change": form, "move": move}.get(doing)
        if refusing is None:
            messages.error(request, refused.message)
            return SeeOther(reverse("desk:setup_node", args=[kind, found.pk]))
        refusing.add_error(None, refused.message)
        found.refresh_from_db()
    above = list(found.ancestors())
    context = {
        "kind": kind,
        "shown": shown,
        "node": found,
        "form": form,
        "move": move,
        "above": [(str(one), reverse("desk:setup_node", args=[kind, one.pk])) for one in above],
        "open": open_with(found),
        "can_have_below": shown.can_have_below(found),
    }
    return render(request, "desk/setup/node.html", context, status=422 if form.errors or move.errors else 200)


def _do(request: DeskRequest, doing: str, found: Named, form: NodeForm, move: MoveForm) -> str:
    """Make the change that was asked for and return what to say, or "" when there was none or the form is not right."""
    by = request.user
    if doing == "change" and form.is_valid():
        change_node(found, by, **form.cleaned_data)
        return gettext("已保存。")
    if doing == "move" and move.is_valid():
        chosen = move.cleaned_data["parent"]
        move_node(found, type(found)._default_manager.get(pk=chosen) if chosen else None, by)
        return gettext("已移动。")
    if doing == "deactivate":
        deactivate_node(found, by, open_petitions=open_with(found))
        return gettext("已停用。以后不再出现在选择里，已有的信访件不受影响。")
    if doing == "activate":
        activate_node(found, by)
        return gettext("已启用。")
    return ""


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _choose_from(field: forms.Field, nodes: Any, nothing: str | Promise) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", nothing), *tree_choices(nodes)]


def _initial(found: Named, form: type[NodeForm]) -> dict[str, Any]:
    columns = {name: f"{name}_id" for name in ("region", "default_agency", "reviewed_by")}
    return {name: getattr(found, columns.get(name, name)) for name in form.base_fields}


def _initial_below(parent: Named | None) -> dict[str, Any]:
    if isinstance(parent, Agency):
        return {"level": parent.level, "region": parent.region_id, "kind": Agency.Kind.AGENCY}
    return {"level": Region.Level.TOWNSHIP if parent and parent.depth else Region.Level.COUNTY}


def _as_dicts(kind: str, nodes: list[Any]) -> list[dict[str, Any]]:
    """Return the nodes nested, as the tree component takes them."""
    tops: list[dict[str, Any]] = []
    by_id: dict[int, dict[str, Any]] = {}
    for one in in_tree_order(nodes):
        shown: dict[str, Any] = {
            "label": str(one),
            "href": reverse("desk:setup_node", args=[kind, one.pk]),
            "note": one.code if one.active else gettext("%(code)s · 已停用") % {"code": one.code},
            "open": one.depth < 1,
            "children": [],
        }
        by_id[one.pk] = shown
        above = ids_on(one.path)[-2:-1]
        (by_id[above[0]]["children"] if above and above[0] in by_id else tops).append(shown)
    return tops
