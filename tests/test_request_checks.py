"""What a request may be: addressed to us, and a form of ours with exactly its own fields, small and whole."""

import io
from urllib.parse import urlencode

import pytest
from flask import request

from questionnaire.web import forms

from .visitor import FORM, HOST, LIVE, answers, production, site, text


def test_a_name_that_is_not_ours_is_refused_without_a_page():
    client = production().test_client()
    for named in ("evil.example", f"{HOST}.evil.example", "", "localhost", "127.0.0.1", "a b", "x" * 64, "x" * 300):
        page = client.get("/", base_url=LIVE, headers={"Host": named})
        assert page.status_code == 400
        assert page.text == "This site is not served under that name."
        assert "Content-Security-Policy" in page.headers
    assert client.get("/", base_url=LIVE, headers={"Host": f"{HOST}:8443"}).status_code == 200


@pytest.mark.parametrize(("length", "code"), [(255, 200), (256, 400), (200_000, 400)])
def test_a_name_that_is_longer_than_any_can_be_is_refused_by_every_site(client, length, code):
    assert (
        client.get("/", headers={"Host": ("a" * 63 + ".") * (length // 64) + "a" * (length % 64)}).status_code == code
    )


def test_what_a_proxy_says_is_taken_from_as_many_proxies_as_there_are_and_no_more():
    said = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    for proxies, address, secure in ((0, "127.0.0.1", False), (1, "192.0.2.2", True)):
        app = site(TRUSTED_PROXIES=proxies)
        app.add_url_rule("/seen", view_func=lambda: [request.remote_addr, request.is_secure, request.host])
        assert app.test_client().get("/seen", headers=said).json == [address, secure, "localhost"]


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/questions/area", [("answer", "both"), ("answer", "hip-dips")]),
        ("/questions/area", [("answer", "both"), ("answer", "both")]),
        ("/questions/area", [("answer", "both"), ("admin", "1")]),
        ("/questions/area", [("answer", "both"), ("code", "K7MPX-4RT92")]),
        ("/questions/area", [("Answer", "both")]),
        ("/reference", [("code", "K7MPX-4RT92"), ("answer", "both")]),
        ("/reference", [("code", "K7MPX-4RT92"), ("code", "K7MPX-4RT93")]),
        ("/questions/area", [("answer", "both"), ("layout", "0000"), ("layout", "0000")]),
        ("/start-again", [("answer", "both")]),
        ("/start-again", [("", "")]),
    ],
)
def test_a_field_that_is_unknown_or_sent_twice_is_refused(address, fields):
    client = site().test_client()
    page = client.post(address, data=urlencode(fields), content_type=FORM)
    assert page.status_code == 400
    assert "Something in what your browser sent could not be read." in text(page)
    assert answers(client) == {}


def test_every_form_has_its_fields_listed(app):
    taken = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert taken == set(forms.FIELDS)
    for form, endpoint in ((forms.QuestionForm, "pages.question"), (forms.ReferenceForm, "reference.reference")):
        assert set(form()._fields) == forms.FIELDS[endpoint]


@pytest.mark.parametrize(
    ("body", "kind", "code", "said"),
    [
        ("&".join(f"f{n}=x" for n in range(20)), FORM, 400, "Something in what your browser sent"),
        ("&".join(f"f{n}=x" for n in range(21)), FORM, 413, "Your browser sent more than this site takes."),
        ("&" * 21, FORM, 413, "Your browser sent more than this site takes."),
        ("answer=" + "x" * (16 * 1024), FORM, 413, "Your browser sent more than this site takes."),
        ('{"answer": "both"}', "application/json", 415, "something other than the form on the page"),
        ("<answer>both</answer>", "application/xml", 415, "something other than the form on the page"),
        ("answer=both", "text/plain", 415, "something other than the form on the page"),
        ("answer=both", "", 415, "something other than the form on the page"),
        ("--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415, "something other than the form on the page"),
        (b"answer=%ff%fe&layout=\xff", FORM, 400, "Choose an answer to “Which area do you want to read about?”"),
    ],
)
def test_a_body_that_no_form_of_ours_sends_is_refused_in_words(body, kind, code, said):
    page = site().test_client().post("/questions/area", data=body, headers={"Content-Type": kind})
    assert page.status_code == code
    assert said in text(page)


def test_the_largest_body_that_is_taken_has_16_kibibytes():
    client = site().test_client()
    for size, code in ((16 * 1024, 400), (16 * 1024 + 1, 413)):
        body = "answer=".ljust(size, "x")
        assert client.post("/questions/area", data=body, content_type=FORM).status_code == code


@pytest.mark.parametrize("size", [100, 16 * 1024, 40_000])
def test_a_body_in_chunks_is_asked_for_its_length(size):
    body = io.BytesIO("answer=both&layout=".ljust(size, "x").encode())
    sent = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    page = site().test_client().post("/questions/area", input_stream=body, content_type=FORM, environ_overrides=sent)
    assert page.status_code == 411
    assert "Your browser sent something other than the form on the page." in page.text
    assert "Content-Security-Policy" in page.headers


def test_what_stands_behind_a_question_mark_is_never_read():
    client = site().test_client()
    plain = client.get("/questions/area")
    asked = client.get("/questions/area?answer=hip-dips&code=K7MPX&utm_source=letter")
    assert asked.status_code == 200
    assert asked.text.count("checked") == plain.text.count("checked") == 0
    sent = client.post("/questions/area?answer=both", data={})
    assert sent.status_code == 400
    assert "Choose an answer to “Which area do you want to read about?”" in text(sent)
    assert "utm_source" not in asked.text


def test_a_redirect_leads_to_a_page_of_ours_and_nowhere_else():
    client = site().test_client()
    for address in (
        "/options",
        "/check",
        "/questions/shape",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/?next=//evil",
    ):
        page = client.get(address, headers={"X-Forwarded-Host": "evil.example"})
        assert "evil" not in page.headers.get("Location", "")
        assert page.headers.get("Location", "/").startswith("/")
