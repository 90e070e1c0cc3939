"""Rules built in a process of their own: whatever happens there, the process that serves visitors lives on."""

import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from questionnaire.decide import build_process, build_worker
from questionnaire.decide.build_process import BuildError, Child, Limits
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import PROJECT, RULES
from .edits import put


def run(*words):
    return subprocess.run([sys.executable, "-c", *words], cwd=PROJECT, capture_output=True, text=True, timeout=60)


def bad(way, limits=None):
    """Build with a function that goes wrong in the named way; gives the error that comes of it."""
    with pytest.raises(BuildError) as fault:
        Child(Path(), limits, build=f"tests.bad_child:{way}").result()
    return str(fault.value)


def test_what_a_child_builds_equals_what_is_built_here(tables):
    built = Child(RULES).result()
    assert (built.tables, built.warnings) == (tables, ())


def test_warnings_come_with_the_tables_that_they_keep_nobody_from(rules):
    put(rules, "hip-dips/plla-injections.yaml", "[plla-is-a-sugar, face-fillers-for-body]", "[plla-is-a-sugar]")
    kept = rules.rename(rules.with_name("kept"))
    built = Child(Path("kept"), at=kept.parent).result()
    assert [(problem.level, problem.check) for problem in built.warnings] == [("warning", "unused-claim")]
    place = built.tables.rulebook.options["hip-dips/exercise"].place
    assert place.file == "kept/hip-dips/exercise.yaml"  # as seen from where the child stands


def test_faults_in_the_rule_files_come_back_as_they_were_raised(rules):
    put(rules, "hip-dips/emsculpt.yaml", "kind: device", "kind: devise")
    (rules / "clinic.yaml").unlink()
    with pytest.raises(RulebookError) as here:
        load(rules)
    with pytest.raises(RulebookError) as there:
        Child(rules).result()
    assert there.value.problems == here.value.problems
    assert len(there.value.problems) == 2


def test_a_warning_comes_back_as_a_warning_and_any_other_problem_as_an_error():
    with pytest.raises(RulebookError) as fault:
        Child(Path(), build="tests.bad_child:warn").result()
    assert str(fault.value).splitlines() == [
        "a.yaml:2:3: error [e] m; h",
        "a.yaml:2:3: error [o] m; h",
        "a.yaml:2:3: warning [w] m; h",
    ]


def test_rows_without_a_verdict_are_a_fault_of_the_rule_files(rules):
    put(rules, "hip-dips/leave-as-is.yaml", "when: always", "when: {tolerance: surgery}")
    with pytest.raises(RulebookError, match=r"\[gap\]"):
        Child(rules).result()


THE_PROCESS = "the process that builds the rules"


@pytest.mark.parametrize(
    ("way", "limits", "message"),
    [
        ("crash", Limits(), f"{THE_PROCESS} crashed (SIGSEGV)"),
        ("cry_out", Limits(), f"{THE_PROCESS} crashed (SIGABRT): the last w\N{REPLACEMENT CHARACTER}rd"),
        ("complain", Limits(), f"{THE_PROCESS} gave no answer (exit code 3): the last {('word' * 48)[:191]}"),
        ("compute_too_long", Limits(50), "building the rules takes longer than the 50 seconds that it may take"),
        ("take_memory", Limits(megabytes=300), "building the rules takes more than the 300 MiB that it may have"),
        ("no_tables", Limits(), f"{THE_PROCESS} answered with no tables: the end is missing"),
        ("no_problems", Limits(), f"{THE_PROCESS} answered with no sense ('line')"),
        ("unknown", Limits(), f"{THE_PROCESS} gave no answer (exit code 0)"),
        ("leave", Limits(), f"{THE_PROCESS} gave no answer (exit code 0)"),
        ("fail", Limits(), f"{THE_PROCESS} gave no answer (exit code 1): no library of that name"),
        ("talk", Limits(), "the rules could not be built (and this is the answer)"),
        ("divide", Limits(), "the rules could not be built (ZeroDivisionError: integer division or modulo by zero)"),
    ],
)
def test_whatever_goes_wrong_in_the_child_is_one_error_in_words(way, limits, message):
    assert bad(way, limits) == message


@pytest.mark.parametrize("way", ["hang", "hang_in_silence"])
def test_a_hang_ends_at_the_limit_and_leaves_no_process_behind(monkeypatch, way):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kw: started.append(real(*args, **kw)) or started[0])
    assert bad(way, Limits(seconds=1)) == "building the rules takes longer than the 1 seconds that it may take"
    assert started[0].returncode == -signal.SIGKILL


def test_computing_without_end_is_stopped_by_the_system_too():
    done = run("from questionnaire.decide.build_worker import _limit\n_limit(1, 1024)\nwhile True: pass")
    assert done.returncode == -signal.SIGXCPU


def test_too_long_an_answer_is_not_taken(monkeypatch):
    length = len("tables\n[]\n") + 100_000
    monkeypatch.setattr(build_process, "MOST_ANSWER", length - 1)
    assert bad("flood") == f"{THE_PROCESS} answered with over {length - 1:,} bytes"
    monkeypatch.setattr(build_process, "MOST_ANSWER", length)
    assert bad("flood") == f"{THE_PROCESS} answered with no tables: the end is missing"


def test_the_child_gets_no_secrets_no_open_files_and_writes_no_memory_dump(monkeypatch):
    monkeypatch.setenv("FLASK_SECRET_KEY", "a key that nobody may have")
    with open(RULES / "areas.yaml") as file:
        os.set_inheritable(file.fileno(), True)
        kept = os.dup(0)
        os.dup2(file.fileno(), 0)
        try:
            message = bad("tell", Limits(seconds=7, megabytes=512))
        finally:
            os.dup2(kept, 0)
            os.close(kept)
    assert json.loads(message.removeprefix("the rules could not be built (").removesuffix(")")) == {
        "environment": {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONHASHSEED": "0", "PYTHONPATH": str(PROJECT)},
        "input": os.devnull,
        "session": True,
        "files": 5,  # the three that every process has, the way to answer, and the list itself
        "ends": 17,
        "CORE": [0, 0],
        "CPU": [7, 8],
        "AS": [512 * 1024 * 1024] * 2,
        "FSIZE": [build_worker.MOST_WRITTEN] * 2,
    }


def test_a_limit_that_holds_already_is_not_raised():
    done = run(
        "from resource import *\nfrom questionnaire.decide.build_worker import _limit\n"
        "setrlimit(RLIMIT_CPU, (5, 6)), setrlimit(RLIMIT_AS, (2**30, 2**30)), _limit(7, 2048)\n"
        "print(getrlimit(RLIMIT_CPU), getrlimit(RLIMIT_AS) == (2**30, 2**30))"
    )
    assert done.stdout == "(6, 6) True\n", done.stderr


def test_the_page_for_those_who_run_a_site_names_what_a_child_may_use():
    page = (PROJECT / "docs" / "operating.md").read_text()
    assert f"{Limits().seconds} seconds, and {Limits().megabytes:,} MiB of memory" in page


def test_the_child_collects_garbage_from_a_hundred_rule_files_on(tmp_path, monkeypatch):
    stopped = []
    monkeypatch.setattr(gc, "disable", lambda: stopped.append(True))
    (tmp_path / "area").mkdir()
    for number in range(99):
        (tmp_path / "area" / f"{number}.yaml").touch()
    (tmp_path / "notes.txt").touch()
    for _ in range(2):
        assert build_worker.answer(build_process.GATE, tmp_path).startswith("problems\n")
        assert stopped == [True]
        (tmp_path / "another.yaml").touch()


def test_a_child_that_can_t_be_started_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(BuildError, match="can't be started \\(No such file or directory\\)"):
        Child(RULES).result()


def test_a_server_never_loads_the_engine_or_what_reads_rule_files():
    done = run(
        "import sys, wsgi\nassert wsgi.app.test_client().get('/').status_code == 200\n"
        "print({name.split('.')[0] for name in sys.modules} & set(sys.argv[1:]))",
        *["durable", "durable_rules_engine", "ruamel", "pydantic", "pydantic_core", "rich", "textstat"],
    )
    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr


def test_a_child_ends_by_itself_when_nobody_is_left_to_end_it():
    """Started as a Child starts it, by somebody who then is killed; its output ends when no process holds it open."""
    done = run(
        "import questionnaire.decide.build_worker as child\nchild.LONGER = 0\n"
        "child.main('tests.bad_child:hang', '.', '1', '1024')"
    )
    assert (done.stdout, done.returncode) == ("", -signal.SIGALRM)
