"""Signing by passkey at the desk, and what proves it later; in review/signature_proof.py, from the rule files alone."""

import html
import re
from datetime import date

import pytest
from ruamel.yaml import YAML

from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import standing
from questionnaire.decide.tables import DecisionTables
from questionnaire.desk import database
from questionnaire.desk.models import Person
from questionnaire.review.checks import CHECKS
from questionnaire.rulebook.load import load

from .authenticator import Authenticator
from .test_change import RULE, send

UNIT = "hip-dips/fat-transfer"
FILE = f"sign-offs/{UNIT}.yaml"


def tick_all(reviewer, unit=UNIT):
    page = reviewer.page(f"/units/{unit}")
    shown = [html.unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', page)]
    assert reviewer.post(f"/units/{unit}", {"shown": shown, "read": shown}, text=page).status_code == 302


def sign(reviewer, unit=UNIT, role="plastic surgeon"):
    first = reviewer.post(f"/sign/{unit}", {"role": role, "until": f"{date.today().year + 1}-01-31"}, passkey=False)
    fields = {"role": role, "until": f"{date.today().year + 1}-01-31"}
    return reviewer.post(f"/sign/{unit}", fields, text=first.text)


@pytest.fixture
def reviewer(someone):
    return someone("reviewer", "Dr Baker")


@pytest.fixture
def signed(reviewer, rules):
    tick_all(reviewer)
    assert sign(reviewer).status_code == 302
    return rules


def problems(rules):
    """What the check of signatures finds; it asks no table."""
    return [problem.message for problem in CHECKS["signature"](DecisionTables(load(rules), {}, {}))]


def test_a_unit_is_signed_after_all_of_it_was_read(reviewer, rules):
    assert "Read and tick all of it first" in reviewer.page(f"/sign/{UNIT}")
    tick_all(reviewer)
    assert sign(reviewer).status_code == 302
    tables = build(load(rules))
    assert standing(tables, UNIT, date.today()).state == "signed"
    assert tables.rulebook.sign_offs[UNIT].by == "Dr Baker"
    assert problems(rules) == []
    assert "signed: hip-dips/fat-transfer" in reviewer.page("/log")
    assert "a typed name, not proved" not in reviewer.page(f"/units/{UNIT}")


def test_a_sign_off_of_the_terminal_is_told_apart(reviewer, rules, signed):
    text = (rules / FILE).read_text()
    (rules / FILE).write_text(text[: text.index("signature:")].replace("Dr Baker", "Dr Typed") + "...\n")
    assert "a typed name, not proved" in reviewer.page(f"/units/{UNIT}")
    assert problems(rules) == []


def edited(path, edit):
    yaml = YAML()
    values = yaml.load(path.read_text())
    edit(values)
    with path.open("w") as file:
        yaml.explicit_end = True
        yaml.dump(values, file)


FORGED = [
    (FILE, lambda v: v.update({"until": "2031-01-01"}), "the signature is of something else than this"),
    (FILE, lambda v: v.update({"role": "surgeon"}), "the signature is of something else than this"),
    (FILE, lambda v: v.update({"table": "0" * 12}), "the signature is of something else than this"),
    (
        FILE,
        lambda v: next(iter(v["statements"].values())).update({"fingerprint": "0" * 12}),
        "the signature is of something else than this",
    ),
    (FILE, lambda v: v["statements"].popitem(), "the signature is of something else than this"),
    (FILE, lambda v: v.update({"by": "Dr Other"}), "the name is not in reviewers.yaml"),
    (FILE, lambda v: v.pop("signature"), "a typed name is not enough for who has a passkey"),
    (FILE, lambda v: v["signature"].update({"signature": "AAAA"}), "the signature is not one of their passkey"),
    (FILE, lambda v: v["signature"].update({"passkey": "AAAA"}), "the passkey is not one of theirs"),
    (
        "reviewers.yaml",
        lambda v: v["reviewers"][0]["passkeys"][0].update({"revoked": "2026-11-26"}),
        "the passkey is revoked since 2026-11-26",
    ),
    ("reviewers.yaml", lambda v: v["reviewers"][0].update({"left": "2020-01-01"}), "they were no reviewer on that"),
    (
        "reviewers.yaml",
        lambda v: v["reviewers"][0].update({"since": "2099-01-01"}),
        "they were no reviewer on that",
    ),
    (
        "reviewers.yaml",
        lambda v: v["reviewers"][0].update({"address": "https://other.example"}),
        "it was signed at http://localhost:8001, and not at https://other.example",
    ),
    ("reviewers.yaml", lambda v: v.update({"reviewers": []}), "the name is not in reviewers.yaml"),
]


def test_a_sign_off_that_is_not_what_was_signed_is_refused(signed):
    for file, edit, fault in FORGED:
        before = (signed / file).read_bytes()
        edited(signed / file, edit)
        (problem,) = problems(signed)
        assert problem.startswith("the sign-off of 'hip-dips/fat-transfer' by Dr "), (file, fault)
        assert fault in problem
        (signed / file).write_bytes(before)
    assert problems(signed) == []


def test_a_signature_for_one_unit_proves_nothing_for_another(signed, reviewer):
    (signed / "sign-offs/hip-dips/exercise.yaml").write_text((signed / FILE).read_text())
    (problem,) = problems(signed)
    assert "'hip-dips/exercise' by Dr Baker is not proved: the signature is of something else than this" in problem


def test_the_signature_of_somebody_else_is_refused(signed, someone):
    other = someone("reviewer", "Dr Other")
    tick_all(other, "hip-dips/exercise")
    sign(other, "hip-dips/exercise")
    assert problems(signed) == []
    edited(signed / "sign-offs/hip-dips/exercise.yaml", lambda values: values.update({"by": "Dr Baker"}))
    (problem,) = problems(signed)
    assert "by Dr Baker is not proved: the passkey is not one of theirs" in problem


def test_a_passkey_of_another_person_or_site_does_not_sign_at_the_desk(reviewer, someone, rules):
    tick_all(reviewer)
    own, reviewer.passkey = reviewer.passkey, Authenticator()
    assert "This passkey is not one that may be used here." in sign(reviewer).text
    reviewer.passkey = someone("reviewer", "Dr Other").passkey
    assert "This passkey is not one that may be used here." in sign(reviewer).text
    reviewer.passkey, own.origin = own, "https://evil.example"
    assert "Unexpected client data origin" in sign(reviewer).text
    assert not (rules / FILE).exists()


def test_who_changed_a_unit_does_not_sign_it(someone, rules, desk):
    person = someone("editor", "Eve")
    send(person, RULE, "save", because="You would have no surgery.")
    with desk.app_context(), database.writing() as db:
        db.query(Person).filter_by(name="Eve").one().role = "reviewer"
    tick_all(person)
    assert "You changed it. Somebody else has to sign it." in person.page(f"/sign/{UNIT}")
    assert "You changed it. Somebody else has to sign it." in sign(person).text
    assert not (rules / FILE).exists()


def test_what_changed_meanwhile_is_not_signed(reviewer, someone, rules):
    tick_all(reviewer)
    until = f"{date.today().year + 1}-01-31"
    page = reviewer.post(f"/sign/{UNIT}", {"role": "surgeon", "until": until}, passkey=False).text
    send(someone("editor"), RULE, "save", because="You would have no surgery.")
    met = reviewer.post(f"/sign/{UNIT}", {"role": "surgeon", "until": until}, text=page)
    assert "Read and tick all of it first: 1 of its texts are left." in met.text
    assert not (rules / FILE).exists()


def test_after_a_change_only_what_changed_is_read_again(signed, reviewer, someone):
    send(someone("editor"), RULE, "save", because="You would have no surgery.")
    assert "Changed since it was signed: 1 of" in reviewer.page("/")
    page = reviewer.page(f"/units/{UNIT}?show=changed")
    assert page.count('name="read"') == 1
    assert "<ins>have no surgery.</ins>" in page or "<ins>" in page
    shown = [html.unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', page)]
    reviewer.post(f"/units/{UNIT}", {"shown": shown, "read": shown}, text=page)
    assert sign(reviewer).status_code == 302
    assert problems(signed) == []


def test_who_leaves_keeps_what_they_signed_and_who_is_revoked_does_not(signed, reviewer, someone, rules):
    publisher = someone("publisher")
    page = publisher.page("/people")
    number = re.search(r'Dr Baker</th>.*?name="person" value="(\d+)"', page, re.S)[1]
    publisher.post("/people", {"do": "end", "person": number}, text=page)
    assert problems(rules) == []
    publisher.post("/people", {"do": "revoke", "person": number}, page="/people")
    assert "the passkey is revoked since" in problems(rules)[0]
