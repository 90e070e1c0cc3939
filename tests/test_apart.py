"""Rules built in a process of their own: whatever happens there, the process that serves visitors lives on."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from questionnaire.decide import apart
from questionnaire.decide.apart import BuildError, Child, Limits, build_apart
from questionnaire.decide.spread import EACH
from questionnaire.decide.tables import build
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import PROJECT, RULES


@pytest.fixture
def bad(monkeypatch):
    """Builds with a child that goes wrong in the named way; gives the error that comes of it."""
    monkeypatch.setattr(apart, "CHILD", "tests.bad_child")

    def build(way, limits=None):
        with pytest.raises(BuildError) as fault:
            build_apart(Path(way), limits)
        return str(fault.value)

    return build


def test_what_is_built_apart_equals_what_is_built_here(tables):
    assert build_apart(RULES) == tables


def test_faults_in_the_rule_files_come_back_as_they_were_found(rules):
    path = rules / "hip-dips/emsculpt.yaml"
    path.write_text(path.read_text().replace("kind: device", "kind: devise"))
    (rules / "clinic.yaml").unlink()
    with pytest.raises(RulebookError) as here:
        load(rules)
    with pytest.raises(RulebookError) as there:
        build_apart(rules)
    assert there.value.problems == here.value.problems
    assert len(there.value.problems) == 2


def test_rows_without_a_verdict_are_a_fault_of_the_rule_files(rules):
    path = rules / "hip-dips/leave-as-is.yaml"
    path.write_text(path.read_text().replace("when: always", "when: {tolerance: surgery}", 1))
    with pytest.raises(RulebookError, match=r"\[gap\]"):
        build_apart(rules)


def test_places_are_told_as_seen_from_where_the_files_lie(rules):
    tables = Child(Path("rules"), at=rules.parent).tables()
    assert tables.rulebook.options["hip-dips/exercise"].place.file == "rules/hip-dips/exercise.yaml"


def test_a_crash_is_an_error_that_names_the_signal(bad):
    assert bad("crash") == "the process that builds the rules crashed (SIGSEGV)"


def test_a_crash_of_one_of_several_processes_is_a_crash_of_the_whole(bad):
    assert bad("crash_in_a_helper") == "the process that builds the rules crashed (SIGSEGV)"


def test_what_is_spread_over_several_processes_comes_back_in_order_or_not_at_all(bad):
    assert bad("count_in_helpers") == "the rules could not be built (True)"
    assert "ZeroDivisionError" in bad("fail_in_a_helper")


def test_a_rulebook_large_enough_for_several_processes_is_built_the_same(tmp_path):
    many_options(tmp_path / "rules", 2 * EACH)
    built = build_apart(tmp_path / "rules")
    assert built == build(load(tmp_path / "rules"))
    assert len(built.options) > 2 * EACH


def many_options(folder, copies):
    """Our own rules, with one option copied so many times."""
    shutil.copytree(RULES, folder)
    option = (folder / "hip-dips/exercise.yaml").read_text()
    option = option[: option.index("expect:")] + "expect: []\n\n" + option[option.index("grid:") :]
    option = re.sub(r"caveats: \[.*\]", "caveats: []", option)
    for copy in range(copies):
        (folder / f"hip-dips/copy{copy}.yaml").write_text(option)
    areas = folder / "areas.yaml"
    listed = "".join(f"      - copy{copy}\n" for copy in range(copies))
    areas.write_text(areas.read_text().replace("      - exercise\n", f"      - exercise\n{listed}", 1))


def test_a_hang_ends_at_the_limit_and_leaves_no_process_behind(bad, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kw: started.append(real(*args, **kw)) or started[0])
    said = bad("hang", Limits(seconds=1))
    assert said == "building the rules takes longer than the 1 seconds that it may take"
    assert started[0].returncode == -signal.SIGKILL


def test_computing_without_end_is_stopped_by_the_system_too():
    code = "from questionnaire.decide.child import _limit\n_limit(1, 1024)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=30)
    assert done.returncode == -signal.SIGXCPU


def test_a_flood_of_memory_is_an_error_that_names_the_limit(bad):
    said = bad("take_memory", Limits(megabytes=300))
    assert said == "building the rules takes more than the 300 MiB that it may have"


def test_too_long_an_answer_is_not_read_to_its_end(bad, monkeypatch):
    monkeypatch.setattr(apart, "MOST_ANSWER", 1000)
    assert bad("flood") == "the process that builds the rules answered with over 1,000 bytes"


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("no_tables", "answered with no tables: the end is missing"),
        ("no_problems", "answered with no sense ('line')"),
        ("unknown", "gave no answer (exit code 0)"),
        ("leave", "gave no answer (exit code 0)"),
        ("fail", "gave no answer (exit code 1): no library of that name"),
    ],
)
def test_an_answer_that_is_not_whole_is_no_answer(bad, way, said):
    assert bad(way) == f"the process that builds the rules {said}"


def test_what_a_library_prints_does_not_get_into_the_answer(bad):
    assert bad("talk") == "the rules could not be built (and this is the answer)"


def test_the_child_gets_no_secrets_no_open_files_and_writes_no_memory_dump(bad, monkeypatch):
    monkeypatch.setenv("FLASK_SECRET_KEY", "a key that nobody may have")
    with open(RULES / "areas.yaml") as file:
        os.set_inheritable(file.fileno(), True)
        said = bad("tell")
    told = json.loads(said.removeprefix("the rules could not be built (").removesuffix(")"))
    assert {name for name in told["environment"] if not name.startswith("LC_")} == {
        "LANG",
        "PATH",
        "PYTHONHASHSEED",
        "PYTHONPATH",
    }
    assert told["files"] == 5  # the three that every process has, the way to answer, and the list itself
    assert told["dump"] == [0, 0]


def test_a_child_that_can_t_be_started_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(BuildError, match="can't be started \\(No such file or directory\\)"):
        build_apart(RULES)


def test_a_server_never_loads_the_engine_or_what_reads_rule_files(monkeypatch):
    code = (
        "import sys, wsgi\nassert wsgi.app.test_client().get('/').status_code == 200\n"
        "print({name.split('.')[0] for name in sys.modules} & set(sys.argv[1:]))"
    )
    libraries = ["durable", "durable_rules_engine", "ruamel", "pydantic", "pydantic_core", "rich", "textstat"]
    command = [sys.executable, "-c", code, *libraries]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr
