"""Every address of the desk, asked for by every role and by nobody; and what a form has to come with."""

import html

import pytest

from questionnaire.desk import database
from questionnaire.desk.models import ROLES, Person
from questionnaire.response_headers import HEADERS

from .conftest import ADDRESS

ANYBODYS = {"/sign-in", "/invitations/<secret>", "/static/<path:filename>", "/openid", "/openid/back"}
EDITS = ("rename", "retire", "answer-all", "accept")
FOR = {
    ("GET", "/people"): {"publisher"},
    ("POST", "/people"): {"publisher"},
    ("POST", "/releases"): {"publisher"},
    ("GET", "/sign/<path:unit>"): {"reviewer"},
    ("POST", "/sign/<path:unit>"): {"reviewer"},
    ("GET", "/change"): {"editor"},
    ("GET", "/change/<path:file>"): {"editor"},
    ("POST", "/change/<path:file>"): {"editor"},
    ("POST", "/take/<int:number>"): {"editor"},
    ("GET", "/wording"): {"editor"},
    ("POST", "/wording"): {"editor"},
    **{(method, f"/edit/{what}"): {"editor"} for method in ("GET", "POST") for what in EDITS},
    ("GET", "/hold/<path:option>"): {"reviewer", "publisher"},
    ("POST", "/hold/<path:option>"): {"reviewer", "publisher"},
    ("GET", "/withdrawn-options"): {"publisher"},
    ("POST", "/withdrawn-options"): {"publisher"},
}
"""Who may ask for what; an address that is not named here is for all roles, and for nobody else."""


def test_every_address_is_for_the_roles_that_it_should_be_for_and_for_nobody_else(desk, nobody, someone):
    visitors = {"nobody": nobody, **{role: someone(role) for role in ROLES}}
    for rule in desk.url_map.iter_rules():
        path = rule.build({name: "x" if rule._converters[name].regex != r"\d+" else 1 for name in rule.arguments})[1]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            for role, visitor in visitors.items():
                response = visitor.client.open(path, method=method, base_url=ADDRESS)
                if rule.rule in ANYBODYS:
                    continue
                if role == "nobody":
                    expected = {"GET": 302, "POST": 403}[method]
                    assert response.status_code == expected, (method, path)
                    assert method == "POST" or response.location.startswith("/sign-in"), path
                    assert method == "GET" or "Your session has ended" in response.text, path
                elif role not in FOR.get((method, rule.rule), set(ROLES)):
                    assert response.status_code == 403, (role, method, path)
                    assert "This is for" in response.text, (role, method, path)
                elif method == "POST":
                    assert "please send this again" in response.text, (role, path, "a form without a token")
                else:
                    assert response.status_code in (200, 302, 404), (role, path)


def test_every_view_says_for_whom_it_is(desk):
    assert [name for name, view in desk.view_functions.items() if not hasattr(view, "roles")] == []


def test_a_form_of_another_site_is_refused(someone):
    reviewer = someone("reviewer")
    refused = reviewer.post("/sign-out", page="/", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert reviewer.get("/").status_code == 200


def test_a_form_whose_session_ended_can_be_sent_again_with_all_that_was_typed(nobody, someone):
    typed = {"name": "Dr Baker <b>", "role": "editor", "do": "invite"}
    ended = nobody.client.post("/people", base_url=ADDRESS, data=typed)
    assert ended.status_code == 403
    assert "Your session has ended. Nothing was saved yet" in ended.text
    assert 'name="name" value="Dr Baker &lt;b&gt;"' in ended.text


@pytest.mark.parametrize("role", ["editor", "reviewer", "publisher"])
def test_nobody_changes_their_own_role_or_access(desk, someone, role):
    person = someone(role)
    with desk.app_context():
        number = database.reading().query(Person).filter_by(name=person.name).one().id
    for do in ("role", "end"):
        if role == "publisher":
            person.post("/people", {"do": do, "person": number, "role": "editor"})
            assert "Nobody changes their own role or access. Ask another publisher." in person.page("/people")
        else:
            assert person.client.post("/people", base_url=ADDRESS, data={"do": do}).status_code == 403
    with desk.app_context():
        assert database.reading().get(Person, number).role == role
        assert database.reading().get(Person, number).ended is None


def test_a_change_of_people_needs_the_passkey_each_time(someone):
    publisher = someone("publisher")
    publisher.post("/people", {"do": "invite", "name": "Dr Baker", "role": "reviewer"}, passkey=False)
    assert "Your browser sent no passkey." in publisher.page("/people")
    page = publisher.post("/people", {"do": "invite", "name": "Dr Baker", "role": "reviewer"}).text
    assert "http://localhost:8001/invitations/" in page


def test_a_name_is_given_once(someone):
    publisher = someone("publisher")
    publisher.post("/people", {"do": "invite", "name": "a  PUBLISHER", "role": "reviewer"})
    assert "“a PUBLISHER” is, or was, somebody at this desk." in publisher.page("/people")


def test_pages_carry_the_same_headers_as_those_of_visitors(nobody):
    response = nobody.get("/sign-in")
    for name, value in HEADERS:
        assert response.headers[name] == value
    assert response.headers["Cache-Control"] == "no-store"


def test_by_the_number_of_this_machine_one_is_sent_to_its_name(nobody):
    sent_on = nobody.client.get("/log?a=b", base_url="http://127.0.0.1:8001")
    assert sent_on.location == "http://localhost:8001/log?a=b"
    assert nobody.client.get("/", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Rit\u0430", "the word 'Rit\u0430' mixes alphabets"),  # its last letter is Cyrillic
        ("Rita\u200b", "A name is one line"),
        ("First publisher of all", "Nobody is invited as"),
        ("\uff32ita", "is, or was, somebody at this desk"),  # a wide R
    ],
)
def test_a_name_that_looks_like_another_is_refused(someone, name, fault):
    someone("reviewer", "Rita")
    publisher = someone("publisher")
    publisher.post("/people", {"do": "invite", "name": name, "role": "reviewer"})
    assert fault in html.unescape(publisher.page("/people"))


def test_what_no_form_of_the_desk_sends_changes_nothing(someone, rules, desk):
    editor, publisher, reviewer = someone("editor"), someone("publisher"), someone("reviewer")
    file = rules / "hip-dips/fat-transfer.yaml"
    before, page = file.read_bytes(), editor.page("/change/hip-dips/fat-transfer.yaml?at=summary")
    for sent in ({"at": "summary", "do": "frob", "f": "x"}, {"do": "save"}, {"at": "name", "begun": "[" * 5000}):
        assert editor.post("/change/hip-dips/fat-transfer.yaml", sent, text=page).status_code == 400, sent
    assert file.read_bytes() == before
    for path in (f"/take/{'9' * 30}", f"/remarks/{'9' * 30}"):
        assert editor.post(path, {"do": "close"}, page="/").status_code == 400
    with desk.app_context():
        number = database.reading().query(Person).filter_by(name=reviewer.name).one().id
    assert publisher.post("/people", {"do": "frob", "person": number, "role": "editor"}).status_code == 400
    with desk.app_context():
        assert database.reading().get(Person, number).role == "reviewer"
