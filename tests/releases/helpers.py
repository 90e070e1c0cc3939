"""What the tests of releases share: marked tables, a site that serves them, commands, and ways to damage a file."""

import re
from dataclasses import replace

from questionnaire import create_app
from questionnaire.decide.tables import DecisionTables

from ..conftest import RULES

PRINTS = {"old": "aaaaaaaaaaaa", "new": "bbbbbbbbbbbb", "newest": "cccccccccccc"}


def marked(tables, mark):
    """Our own tables with a word in every hint and before every option's name, and another fingerprint."""
    rulebook = tables.rulebook
    questions = {name: replace(q, hint=f"{mark} hint") for name, q in rulebook.questions.items()}
    options = {name: replace(option, name=f"{mark} {option.name}") for name, option in rulebook.options.items()}
    changed = replace(rulebook, fingerprint=PRINTS[mark], questions=questions, options=options)
    return DecisionTables(changed, tables.options, tables.notes)


def site(releases, rules=RULES, **config):
    given = {"TESTING": True, "RULES": str(rules), "RELEASES": str(releases), "LIMIT_POSTS": 0}
    return create_app({**given, **config})


def asked(client):
    """Which of the marked versions a page shows."""
    return set(re.findall(r"\b(old|new|newest) (?=hint)", client.get("/questions/area").text))


def ready(client):
    """What the site says of itself: its status, the release that it serves, and its problem."""
    answer = client.get("/readyz")
    return answer.status_code, answer.json.get("release"), answer.json.get("problem", "")


def flask_rules(app, *words):
    return app.test_cli_runner().invoke(args=["rules", *map(str, words)])


def cut_off(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])


def turn_a_bit(path):
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path):
    path.chmod(0o644)
    path.write_bytes(b"")


def name_active(releases, text):
    """Write the file `active` as a copy from elsewhere would: replaced, with nothing in the history."""
    (releases / "beside").write_text(text)
    (releases / "beside").replace(releases / "active")
