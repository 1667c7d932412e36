"""Forms: sentences that name the field, inputs tied to what explains them, and no rendering on the hot path."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yiwang.ui.catalogue import SampleForm
from yiwang.ui.forms import Complaint, Form, complaints


class Wish(Form):
    why = {"telephone": "要联系您。"}
    subject = forms.CharField(label="标题", max_length=5, help_text="一句话。")
    telephone = forms.CharField(label="手机号", required=False)
    purpose = forms.ChoiceField(label="要求", choices=[("a", "求决"), ("b", "建议")], widget=forms.RadioSelect)
    day = forms.DateField(label="100% 的日期", required=False)
    papers = forms.FileField(label="材料", required=False)
    honest = forms.BooleanField(label="属实")


def test_an_empty_form_asks_for_each_field_by_name():
    form = Wish({})
    assert list(complaints(form)) == [
        Complaint("请填写“标题”。", "id_subject"),
        Complaint("请选择“要求”。", "id_purpose_0"),
        Complaint("请勾选“属实”。", "id_honest"),
    ]
    with override("en"):
        assert next(complaints(Wish({}))).message == "Please fill in “标题”."


def test_a_wrong_value_is_told_in_words_with_its_figures():
    form = Wish(
        {"subject": "一二三四五六", "purpose": "z", "day": "昨天", "honest": "on"},
        {"papers": SimpleUploadedFile("a.txt", b"")},
    )
    assert [each.message for each in complaints(form)] == [
        "“标题”最多 5 个字，现在有 6 个字，请写短一些。",
        "请从列出的里面选择“要求”。",
        "“100% 的日期”请写成日期，例如 2026-11-23。",
        "“材料”里的文件是空的，请换一个。",
    ]


def test_a_name_with_a_per_cent_sign_does_not_break_the_sentence():
    class Share(Form):
        part = forms.CharField(label="占 100%", max_length=1)

    assert Share({"part": "十一"}).errors["part"] == ["“占 100%”最多 1 个字，现在有 2 个字，请写短一些。"]


def test_an_author_s_own_sentence_stays():
    class Own(Form):
        name = forms.CharField(label="姓名", error_messages={"required": _("请填写姓名。")})

    assert Own({}).errors["name"] == ["请填写姓名。"]


def test_an_input_is_described_by_help_reason_and_error(draw):
    html = draw('<c-ui.field :field="form.subject" why="要联系您。" />', form=Wish({}))
    assert 'aria-describedby="id_subject_help id_subject_why id_subject_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="hint" id="id_subject_help">一句话。</p>' in html
    assert "请填写“标题”。" in html
    assert '<span class="mark">必填</span>' in html


def test_the_form_s_own_reason_is_shown_without_being_asked(draw):
    html = draw('<c-ui.field :field="form.telephone" />', form=Wish())
    assert 'aria-describedby="id_telephone_why"' in html
    assert "要联系您。" in html
    assert '<span class="mark">选填</span>' in html
    assert "aria-invalid" not in html


def test_a_group_is_a_fieldset_whose_choices_are_labelled(draw):
    html = draw('<c-ui.field :field="form.purpose" layout="cards" />', form=Wish({}))
    assert '<legend class="label">要求' in html
    assert html.count('<label class="choice"') == 2
    assert 'for="id_purpose_0"' in html
    assert 'aria-describedby="id_purpose_error"' in html


@pytest.mark.parametrize("name", list(SampleForm.base_fields))
def test_every_kind_of_field_has_a_label_and_an_input(draw, name):
    html = draw('<c-ui.field :field="field" />', field=SampleForm()[name])
    assert str(SampleForm.base_fields[name].label) in html
    assert f'name="{name}"' in html


def test_a_field_of_any_django_form_can_be_drawn(draw):
    class Plain(forms.Form):
        name = forms.CharField(label="姓名")

    assert '<label class="label" for="id_name">姓名' in draw('<c-ui.field :field="form.name" />', form=Plain())


def test_what_was_typed_is_escaped_and_kept(draw):
    html = draw('<c-ui.field :field="form.telephone" />', form=Wish({"telephone": '"><script>alert(1)</script>'}))
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html
    assert "<script>" not in html


def test_a_whole_form_is_drawn_by_the_component():
    html = engines["django"].from_string("{{ form }}").render({"form": Wish()})
    assert html.count('class="field') == 6


def test_the_summary_links_to_each_wrong_field_and_is_absent_otherwise(draw):
    assert draw('<c-ui.error-summary :form="form" />', form=Wish()) == ""
    html = draw('<c-ui.error-summary :form="form" />', form=Wish({}))
    assert "还有 3 处要改" in html
    assert '<a href="#id_purpose_0">请选择“要求”。</a>' in html
    assert "autofocus" in html


def test_the_summary_of_several_forms_starts_with_complaints_of_the_whole(draw):
    one, other = Wish({}), SampleForm({}, prefix="other")
    one.add_error(None, "现在不能提交。")
    html = draw('<c-ui.error-summary :form="forms" />', forms=[one, other])
    assert html.index("<li>现在不能提交。</li>") < html.index("#id_subject") < html.index("#id_other-subject")


def test_cleaning_a_form_renders_no_template(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a template was rendered")

    monkeypatch.setattr("django.template.base.Template.render", refuse)
    form = Wish({"subject": "标题", "purpose": "a", "honest": "on"})
    assert form.is_valid()
    assert Wish({}).is_valid() is False


def test_suggestions_are_fetched_while_typing_and_land_below_the_field(draw):
    html = draw('<c-ui.field :field="form.subject" suggest="/answers/like/" />', form=Wish())
    assert 'hx-get="/answers/like/" hx-trigger="input changed delay:300ms"' in html
    assert 'hx-target="#id_subject_suggestions"' in html
    assert '<div id="id_subject_suggestions" class="suggestions" aria-live="polite"></div>' in html
    html = draw('<c-ui.field :field="form.subject" suggest="/a/" suggest-target="#aside" />', form=Wish())
    assert 'hx-target="#aside"' in html
    assert "_suggestions" not in html


def test_a_code_is_taken_from_the_address(draw):
    html = draw('<c-ui.field :field="form.telephone" fill-from-hash="c" inputmode="tel" />', form=Wish())
    assert 'data-fill-from-hash="c"' in html
    assert 'inputmode="tel"' in html
