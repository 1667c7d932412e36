"""存证日志: what it is, its signed heads, and whether a receipt that somebody has holds."""

from typing import Any

from django import forms
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.transparency import checking, statements
from yiwang.transparency.models import Head
from yiwang.ui.forms import Form
from yiwang.ui.waiting import limited

HEADS = 20


class CheckForm(Form):
    """A receipt file, chosen or pasted."""

    file = forms.FileField(
        label=_("存证凭据文件"), required=False, widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
    pasted = forms.CharField(
        label=_("或者把凭据的内容贴在这里"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not given.get("pasted"):
            raise forms.ValidationError({"file": gettext("请选择文件，或者把内容贴进来。凭据文件都很小，大的不是。")})
        return given


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the log is, its latest heads, and the way to earlier ones."""
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None
    rows = Head.objects.order_by("-size")
    found = list((rows.filter(size__lt=before) if before is not None else rows)[: HEADS + 1])
    heads, more = found[:HEADS], len(found) > HEADS
    context = {
        "heads": [{"size": head.size, "at": head.at, "root": bytes(head.root).hex()} for head in heads],
        "latest": heads[0] if heads and before is None else None,
        "older": f"?before={heads[-1].size}" if more else "",
        "newer": "?" if before is not None else "",
        "keys": statements.public_keys(),
    }
    return render(request, "portal/transparency.html", context)


@csrf_exempt
def check(request: HttpRequest) -> HttpResponse:
    """Say in plain words whether a receipt holds. What was sent is read once, in memory, and kept nowhere.

    The handler of uploads is chosen before anything reads the request; only then is the CSRF token looked for.
    """
    if request.method == "POST":
        request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _check(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@limited("verify")
def _check(request: HttpRequest) -> HttpResponse:
    form, verdict = CheckForm(), None
    if request.method == "POST":
        form = CheckForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                verdict = checking.check(file.read(checking.LARGEST + 1) if file else form.cleaned_data["pasted"])
                form = CheckForm()
            except checking.NoReceipt:
                form.add_error(
                    "file" if file else "pasted", gettext("这不是存证凭据，或者内容不全。请用当初下载的那个文件。")
                )
    response = render(
        request,
        "portal/transparency_check.html",
        {"form": form, "verdict": verdict},
        status=422 if form.errors else 200,
    )
    patch_cache_control(response, no_store=True)
    return response
