"""One gate: what serves visitors has passed every check, and every page of it can be shown."""

import os
import subprocess
import sys

import pytest

from questionnaire.decide.build_process import Child
from questionnaire.decide.build_tables import build
from questionnaire.decide.outcome import decide
from questionnaire.decide.routing import kept, next_question
from questionnaire.decide.visit_cover import visit_cover
from questionnaire.gate import check_rules, page_problems
from questionnaire.review.checks.new_options import ROWS_OF_PAGES
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import PROJECT, RULES
from .edits import put


def start(rules, releases):
    """Start a site as a server does, from rule files of which nothing was published."""
    environment = {"FLASK_RULES": str(rules), "FLASK_RELEASES": str(releases), "PATH": os.defpath}
    command = [sys.executable, "-c", "import wsgi; print(wsgi.app.test_client().get('/readyz').json['ready'])"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)


def test_a_start_from_rule_files_refuses_what_check_refuses_and_says_why(rules, tmp_path):
    put(rules, "hip-dips/plla-injections.yaml", "[plla-is-a-sugar, face-fillers-for-body]", "[plla-is-a-sugar]")
    done = start(rules, tmp_path / "releases")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    put(rules, "hip-dips/fat-transfer.yaml", "{donor-fat: not-enough}", "{donor-fat: not-enough, timing: soon}")
    done = start(rules, tmp_path / "releases")
    assert done.returncode == 1
    assert "The rule files can't be used:" in done.stderr
    assert "[promise] the promise 'no-fat-transfer-without-fat' is broken" in done.stderr
    assert os.path.isdir(tmp_path / "releases/.served")  # of the good start before


@pytest.mark.parametrize("row", ROWS_OF_PAGES)
def test_a_row_that_the_pages_show_by_its_id_can_t_be_renamed(rules, row):
    for path in rules.rglob("*.yaml"):
        path.write_text(path.read_text().replace(row, "another-row"))
    tables, problems = check_rules(rules)
    assert tables is None
    assert [(os.path.basename(p.place.file), p.check) for p in problems] == [("grid.yaml", "required-row")]
    shown = page_problems(build(load(rules)))  # had nobody thought of that check
    assert {problem.check for problem in shown} == {"page"}
    assert row in shown[0].message
    with pytest.raises(RulebookError, match=f"the row '{row}' is missing"):
        Child(rules).result()


def test_the_rows_that_are_asked_for_are_those_that_the_pages_show_by_their_ids(rulebook):
    named = (PROJECT / "templates").glob("*.html"), (PROJECT / "questionnaire" / "web").glob("*.py")
    pages = "".join(path.read_text() for paths in named for path in paths)
    assert {row for row in rulebook.grid if f'"{row}"' in pages} == set(ROWS_OF_PAGES)


def test_our_own_pages_can_all_be_shown(tables):
    assert page_problems(tables) == []
    assert check_rules(RULES) == (tables, [])


def test_a_page_that_goes_wrong_is_named_with_the_answers_that_lead_to_it(tables, monkeypatch):
    monkeypatch.setattr("questionnaire.web.questionnaire_views.decide", lambda *_: 1 // 0)
    problems = {str(problem).partition(" answers ")[0].rpartition("/rulebook/")[2] for problem in page_problems(tables)}
    said = "{}:1:1: error [page] the page {} can't be shown to who"
    pages = {f"/options/{option}": f"{option}.yaml" for option in tables.rulebook.options}
    assert problems == {said.format(file, page) for page, file in {**pages, "/options": "areas.yaml"}.items()}


@pytest.mark.parametrize(("path", "code"), [("/how-it-works", 404), ("/questions/area", 500)])
def test_any_answer_but_200_is_a_problem_of_the_page(tables, monkeypatch, path, code):
    from flask.testing import FlaskClient

    real = FlaskClient.get

    def get(client, page, **more):
        answer = real(client, page, **more)
        if page == path:
            answer.status_code = code
        return answer

    monkeypatch.setattr(FlaskClient, "get", get)
    (problem,) = page_problems(tables)
    assert f"the page {path} can't be shown" in problem.message
    assert f"(status {code})" in problem.message
    assert os.path.basename(problem.place.file) == {404: "source.yaml", 500: "questions.yaml"}[code]


def test_the_visits_that_are_tried_reach_every_verdict_note_and_choice(tables):
    visits = list(visit_cover(tables))
    assert len(visits) < 40
    rulebook = tables.rulebook
    assert all(next_question(rulebook, visit) is None and kept(rulebook, visit) == visit for visit in visits)
    outcomes = [decide(tables, visit) for visit in visits]
    assert {(r.option.id, r.row.verdict) for outcome in outcomes for r in outcome.results} == {
        (option, row.verdict) for option, table in tables.options.items() for row in table.rows.values()
    }
    assert {note for outcome in outcomes for note in outcome.notes} == {
        note for table in tables.notes.values() for notes in table.rows.values() for note in notes
    }
    assert {item for visit in visits for item in visit.items()} == {
        (question.id, choice) for question in rulebook.questions.values() for choice in question.choices
    }
