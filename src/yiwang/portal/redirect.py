"""The answer to every POST that was done."""

from http import HTTPStatus

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303: what was posted is done, and is not posted again by a reload."""

    status_code = HTTPStatus.SEE_OTHER
