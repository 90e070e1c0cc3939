"""The HTTP API: off unless set, the same decisions as the command, problems as JSON, and a description that holds."""

import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from random import Random

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from questionnaire import create_app
from questionnaire.decide.visit_cover import visit_cover

from .browser import serving
from .conftest import PROJECT, RULES

ANSWERS = {
    "area": "hip-dips",
    "donor-fat": "enough",
    "tolerance": "surgery",
    "timing": "months",
    "upkeep": "yes",
    "hoped-for": "softer",
}
JSON, PROBLEM = "application/json", "application/problem+json"


def application(tables, **settings):
    config = {"TESTING": True, "RULES": str(RULES), "LIMIT_POSTS": 0, "API": True, **settings}
    return create_app(config, building=tables)


@pytest.fixture
def api(tables):
    return application(tables).test_client()


def post(api, path, body, **how):
    return api.post(f"/api/v1/{path}", **({"json": body} if "data" not in how else {}), **how)


def described(api):
    return api.get("/api/v1/openapi.json").json


def test_it_is_off_unless_it_is_set(client):
    assert client.get("/api/v1/openapi.json").status_code == 404
    assert client.post("/api/v1/decide", json={"answers": ANSWERS}).status_code == 404


def test_the_description_is_openapi_3_1_and_names_every_operation(api):
    document = described(api)
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"
    assert [*document["paths"]] == [
        "/questions",
        "/routing",
        "/decide",
        "/options",
        "/options/{area}/{name}",
        "/statements",
    ]
    assert document["servers"] == [{"url": "/api/v1"}]


def test_every_answer_has_the_shape_that_is_described(api, tables):
    document = described(api)

    def check(path, method, response):
        shape = document["paths"][path][method]["responses"]["200"]["content"][JSON]["schema"]
        assert (response.status_code, response.mimetype) == (200, JSON)
        jsonschema.validate(response.json, shape)

    for path in ("/questions", "/options", "/statements"):
        check(path, "get", api.get(f"/api/v1{path}"))
    check("/options/{area}/{name}", "get", api.get("/api/v1/options/hip-dips/fat-transfer"))
    for visit in visit_cover(tables):
        check("/decide", "post", post(api, "decide", {"answers": visit}))
        check("/routing", "post", post(api, "routing", {"answers": visit}))


def test_it_decides_as_the_command_does(api, runner):
    words = [f"{question}={choice}" for question, choice in ANSWERS.items()]
    printed = json.loads(runner.invoke(args=["rules", "decide", *words, "--json"]).stdout)
    assert post(api, "decide", {"answers": ANSWERS}).json == {**printed, "left-out": [], "withheld": []}


def test_it_says_what_is_asked_next_and_what_is_left_out(api):
    said = post(api, "routing", {"answers": {"area": "love-handles", "donor-fat": "enough"}}).json
    assert said["left-out"] == ["donor-fat"]
    assert said["areas"] == ["love-handles"]
    assert said["next"] == next(question for question in said["asked"] if question != "area")
    assert post(api, "routing", {"answers": ANSWERS}).json["next"] is None


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        ({"aera": "both"}, "There is no question 'aera'; did you mean 'area'? Known: area, shape"),
        (
            {"area": "knees"},
            "The question 'area' has no choice 'knees'; known: hip-dips, love-handles, both, not-sure.",
        ),
        ({}, "An answer to 'area' is missing; permitted: hip-dips, love-handles, both, not-sure."),
        ({"area": 1}, "A choice has to be a text."),
    ],
)
def test_answers_that_can_not_be_taken_are_a_problem_that_says_what_is_permitted(api, answers, detail):
    response = post(api, "decide", {"answers": answers})
    assert (response.status_code, response.mimetype) == (422, PROBLEM)
    assert {**response.json, "detail": ""} == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "",
    }
    assert response.json["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 415),
        (b"{", 400),
        (b"[" * 10_000, 400),
        (b'{"answers": {"area": "both", "area": "hip-dips"}}', 400),
        (b'{"answers": {}, "more": 1}', 422),
        (b"[]", 422),
        (b'{"answers": {"area": "' + b"x" * 17_000 + b'"}}', 413),
    ],
)
def test_a_body_that_is_no_answers_is_a_problem(api, body, status):
    response = post(
        api, "decide", None, data=body, **({"content_type": JSON} if body else {"content_type": "text/plain"})
    )
    assert (response.status_code, response.mimetype) == (status, PROBLEM)
    assert response.json["status"] == status


def test_other_methods_and_addresses_are_problems_too(api):
    refused = api.delete("/api/v1/decide")
    assert (refused.status_code, refused.mimetype) == (405, PROBLEM)
    assert "POST" in refused.headers["Allow"]
    missing = api.get("/api/v1/options/hip-dips/wings")
    assert missing.json["detail"] == "There is no such option, or it is withheld. /options lists all that are shown."
    assert api.get("/api/v1/nothing").mimetype == PROBLEM
    assert api.get("/nothing").mimetype == "text/html"


def test_limits_and_headers_are_those_of_the_pages(tables):
    client = application(tables, LIMIT_POSTS=1).test_client()
    first, second = (post(client, "decide", {"answers": ANSWERS}) for _ in range(2))
    assert first.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in first.headers["Content-Security-Policy"]
    assert (second.status_code, second.mimetype) == (429, PROBLEM)
    assert int(second.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in first.headers
    other_site = post(
        application(tables).test_client(), "decide", {"answers": ANSWERS}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (other_site.status_code, other_site.mimetype) == (403, PROBLEM)


def test_options_that_nobody_signed_are_withheld_where_the_site_says_so(tables):
    api = application(tables, REQUIRE_SIGN_OFF=True).test_client()
    said = post(api, "decide", {"answers": ANSWERS}).json
    assert said["options"] == []
    assert said["withheld"]
    assert said["notes"]
    assert api.get("/api/v1/options").json["options"] == []
    assert api.get("/api/v1/options/hip-dips/exercise").status_code == 404
    assert "hip-dips/exercise" not in {one["unit"] for one in api.get("/api/v1/statements").json["statements"]}


def test_the_client_of_the_docs_walks_to_the_options(tmp_path):
    (client,) = re.findall(r"```python\n(.*?)```", (PROJECT / "docs" / "api.md").read_text(), re.S)
    script = tmp_path / "client.py"
    script.write_text(client)
    with serving(tmp_path, FLASK_API="true") as site:
        given = "not-sure\nneither\n"
        ended = subprocess.run([sys.executable, script, site], input=given, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stderr) == (0, "")
        first = urllib.request.urlopen(f"{site}/api/v1/questions").read()
        asked = {one["question"]: one for one in json.loads(first)["questions"]}
        ways = [ANSWERS[name] for name in asked if name in ANSWERS]
        walked = subprocess.run(
            [sys.executable, script, site],
            input="\n".join(["botth", *ways]),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert walked.returncode == 0, walked.stderr
    assert "One of: hip-dips, love-handles, both, not-sure" in walked.stdout
    assert "Fat transfer (fat grafting) (fits)" in walked.stdout


def test_a_client_that_knows_the_description_alone_sends_nothing_that_is_refused(tmp_path):
    """It knows no rule and no word of ours: it makes each request from the description, and holds each answer to it."""

    def send(method, path, operation, body=None):
        headers = {"Content-Type": "application/json"}
        sent = urllib.request.Request(
            server + path, json.dumps(body).encode() if body else None, headers, method=method.upper()
        )
        with urllib.request.urlopen(sent) as response:
            answer = json.load(response)
            described = operation["responses"][str(response.status)]["content"][response.headers.get_content_type()]
        jsonschema.validate(answer, described["schema"])
        return answer

    def bodies(schema):
        """For each way that the description names: some answers of that way."""
        answers = schema["properties"]["answers"]
        for way in answers.get("anyOf", [{"required": []}]):
            fixed = {name: one["const"] for name, one in way.get("properties", {}).items()}
            free = {name: random.choice(answers["properties"][name]["enum"]) for name in way["required"]}
            yield {"answers": {**free, **fixed}}

    random, sent = Random(16), 0
    with serving(tmp_path, FLASK_API="true", FLASK_LIMIT_POSTS="0") as site:
        with urllib.request.urlopen(f"{site}/api/v1/openapi.json") as response:
            description = json.load(response)
        server = urllib.parse.urljoin(site, description["servers"][0]["url"])
        for path, methods in description["paths"].items():
            for method, operation in methods.items():
                if "requestBody" in operation:
                    for body in bodies(operation["requestBody"]["content"]["application/json"]["schema"]):
                        send(method, path, operation, body)
                        sent += 1
                elif "parameters" not in operation:
                    listed = send(method, path, operation)
                    sent += 1
                    assert listed["rulebook"]
    assert sent > 10
