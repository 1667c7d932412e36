"""一网查: look one's own petition up."""
from django.http import HttpRequest, HttpResponse

def lookup(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lookup")

def my(request: HttpRequest, number: str) -> HttpResponse:
    return HttpResponse("my")
