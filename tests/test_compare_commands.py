"""`flask rules diff, mutants, report` as commands; what they find has tests of its own."""

import json
import re

import pytest

from questionnaire import create_app

from .conftest import RULES
from .edits import FAT, run


@pytest.fixture
def staff(rules):
    """A command line over a copy of our rules that a test may change."""
    return create_app({"RULES": str(rules), "SECRET_KEY": "for tests only"}).test_cli_runner()


def test_report_writes_one_file(runner, tmp_path):
    done = run(runner, f"report {tmp_path}/report.html")
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")
    assert "can't be written" in run(runner, f"report {tmp_path}/no/report.html").stderr


def test_diff_of_a_version_with_itself_is_empty_and_of_a_changed_one_exits_with_1(staff, rules):
    assert run(staff, f"diff {RULES}").stdout == "Nothing that visitors get differs.\n"
    path = rules / f"{FAT}.yaml"
    path.write_text(path.read_text().replace("when: {donor-fat: not-sure}", "when: {donor-fat: enough}"))
    path.write_text(path.read_text().replace("{tolerance: surgery, donor-fat: enough}", "{tolerance: surgery}"))
    done = run(staff, f"diff {RULES}")
    assert done.exit_code == 1
    assert (
        "In 3 of 45 combinations Fat transfer (fat grafting) goes from fits to ask, "
        "for example donor-fat=enough tolerance=surgery." in done.stdout
    )
    assert json.loads(run(staff, f"diff {RULES} --json").stdout)["verdict-changed-without-sign-off"] == [FAT]


def test_a_version_that_is_neither_a_folder_nor_a_revision_is_named(runner):
    done = run(runner, "diff no-such-thing")
    assert done.exit_code == 2
    assert "no-such-thing" in done.stderr


def test_our_own_rules_have_no_mutant_that_survives(runner):
    done = run(runner, "mutants")
    assert done.exit_code == 0
    tried, noticed = map(int, re.match(r"(\d+) alterations: (\d+) noticed, 0 not noticed", done.stdout).groups())
    assert 0 < noticed < tried
