"""The benchmark sends a form as a browser does, and notices when a page changes."""

import pytest
from bench.forms import read_form

PAGE = """
<form method="get"><input name="q"></form>
<form method="post" enctype="multipart/form-data" action="/file/">
  <input type="hidden" name="csrfmiddlewaretoken" value="t0ken"><input type="hidden" name="key" value="k1">
  <select name="region"><option value="">–</option><option value="7" selected>东区</option></select>
  <input type="radio" name="named" value="yes" checked><input type="radio" name="named" value="no">
  <input type="checkbox" name="publish"><textarea name="text">
draft</textarea><input type="file" name="papers"><input type="submit" name="go" value="x"></form>
"""


def test_what_the_page_holds_goes_back_with_what_is_filled_in():
    # given a page with two forms
    form = read_form(PAGE, having="text")
    # when it is filled in and encoded
    kind, body = form.encode({"text": "路灯不亮"})
    # then
    assert (form.action, form.files) == ("/file/", ["papers"])
    assert form.given == {"csrfmiddlewaretoken": "t0ken", "key": "k1", "region": "7", "named": "yes", "text": "draft"}
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    parts = body.decode().split(f"--{boundary}")
    assert 'Content-Disposition: form-data; name="text"\r\n\r\n路灯不亮\r\n' in parts[5]
    assert 'name="papers"; filename=""' in parts[6]
    assert parts[7] == "--\r\n"


def test_a_field_that_the_page_does_not_have_is_refused():
    with pytest.raises(KeyError, match="no field subject"):
        read_form(PAGE, having="text").encode({"subject": "x"})


def test_a_page_without_the_form_is_refused():
    with pytest.raises(LookupError):
        read_form("<form method=post><input name=a></form>", having="text")
