"""核验文书: whether a paper is genuine. By its code, and by comparing a file, of which only the digest is taken: nothing is kept."""

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.papers.codes import normalised
from yiwang.papers.verifying import Verdict, look_up
from yiwang.portal.redirect import SeeOther
from yiwang.ui.forms import Form
from yiwang.ui.waiting import limited


class Digester(FileUploadHandler):
    """Takes the SHA-256 of an uploaded file while it arrives, and lets go of every piece: it lies nowhere, not even for a moment."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._digest, self._size = hashlib.sha256(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._digest.update(raw_data)
        self._size += len(raw_data)

    def file_complete(self, file_size: int) -> "Digested":
        return Digested(self._digest.hexdigest(), self.field_name or "", self.file_name or "", self._size)


class Digested(InMemoryUploadedFile):
    """What is left of a file: its digest and size."""

    def __init__(self, digest: str, field_name: str, name: str, size: int) -> None:
        super().__init__(None, field_name, name, None, size, None)  # type: ignore[arg-type]
        self.digest = digest


class CodeForm(Form):
    """The code at the foot of a paper."""

    code = forms.CharField(label=_("核验码"), max_length=40, help_text=_("印在文书下方，16个字母和数字。"))

    def clean_code(self) -> str:
        code = normalised(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(gettext("核验码是16个字母和数字，请对照文书再输一遍。"))
        return code


class FileForm(Form):
    """The file that somebody has."""

    file = forms.FileField(
        label=_("您手里的文件（PDF 或者 docx）"), widget=forms.FileInput(attrs={"accept": ".pdf,.docx"})
    )


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and lead to its page."""
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        return SeeOther(reverse("portal:verify_code", args=[form.cleaned_data["code"]]))
    return _uncached(render(request, "portal/verify.html", {"form": form}, status=422 if form.errors else 200))


@csrf_exempt
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the paper of that code is genuine.

    The handler of uploads is chosen before anything reads the request; only then is the CSRF token looked for.
    """
    if request.method == "POST":
        request.upload_handlers = [Digester(request)]
    return _verdict(request, code)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@limited("verify")
def _verdict(request: HttpRequest, code: str) -> HttpResponse:
    verdict = look_up(code[:80])
    if verdict is None:
        # Whatever was asked: an unknown code, an ill-formed one, an owed paper's, are answered alike.
        return _uncached(render(request, "portal/verify.html", {"form": CodeForm(), "unknown": True}, status=404))
    form, compared = FileForm(), ""
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            compared = _compared(verdict, form.cleaned_data["file"])
            form = FileForm()
    context = {"verdict": verdict, "form": form, "compared": compared, "grouped": normalised(code)}
    return _uncached(render(request, "portal/verdict.html", context, status=422 if form.errors else 200))


def _compared(verdict: Verdict, file: Digested) -> str:
    if not verdict.proven:
        return "unproven"
    return "same" if verdict.compare(file.digest) else "differs"


def _uncached(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
