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
from questionnaire.decide.build_process import GATE, BuildError, Child, Limits
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import PROJECT, RULES


def bad(way, limits=None):
    """Build with a child that goes wrong in the named way; gives the error that comes of it."""
    with pytest.raises(BuildError) as fault:
        Child(Path(way), limits, module="tests.bad_child").tables()
    return str(fault.value)


@pytest.mark.parametrize("module", [None, GATE])
def test_what_a_child_builds_equals_what_is_built_here(tables, module):
    built = Child(RULES, module=module).result()
    assert (built.tables, built.warnings) == (tables, ())


def test_warnings_come_with_the_tables_that_they_keep_nobody_from(rules):
    path = rules / "hip-dips/plla-injections.yaml"
    path.write_text(
        path.read_text().replace("claims: [plla-is-a-sugar, face-fillers-for-body]", "claims: [plla-is-a-sugar]")
    )
    built = Child(rules, module=GATE).result()
    assert [(problem.level, problem.check) for problem in built.warnings] == [("warning", "unused-claim")]
    assert built.tables == Child(rules).tables()


def test_faults_in_the_rule_files_come_back_as_they_were_found(rules):
    path = rules / "hip-dips/emsculpt.yaml"
    path.write_text(path.read_text().replace("kind: device", "kind: devise"))
    (rules / "clinic.yaml").unlink()
    with pytest.raises(RulebookError) as here:
        load(rules)
    with pytest.raises(RulebookError) as there:
        Child(rules).tables()
    assert there.value.problems == here.value.problems
    assert len(there.value.problems) == 2


def test_a_warning_comes_back_as_a_warning_and_any_other_problem_as_an_error():
    with pytest.raises(RulebookError) as fault:
        Child(Path("warn"), module="tests.bad_child").tables()
    assert [str(problem) for problem in fault.value.problems] == [
        "a.yaml:2:3: error [e] m; h",
        "a.yaml:2:3: error [o] m; h",
        "a.yaml:2:3: warning [w] m; h",
    ]


def test_rows_without_a_verdict_are_a_fault_of_the_rule_files(rules):
    path = rules / "hip-dips/leave-as-is.yaml"
    path.write_text(path.read_text().replace("when: always", "when: {tolerance: surgery}", 1))
    with pytest.raises(RulebookError, match=r"\[gap\]"):
        Child(rules).tables()


def test_places_are_told_as_seen_from_where_the_files_lie(rules):
    kept = rules.rename(rules.with_name("kept"))
    tables = Child(Path("kept"), at=kept.parent).tables()
    assert tables.rulebook.options["hip-dips/exercise"].place.file == "kept/hip-dips/exercise.yaml"


def test_a_crash_is_an_error_that_names_the_signal():
    assert bad("crash") == "the process that builds the rules crashed (SIGSEGV)"


def test_the_last_line_that_was_said_goes_with_a_crash_or_an_end_without_answer():
    assert (
        bad("cry_out") == "the process that builds the rules crashed (SIGABRT): the last w\N{REPLACEMENT CHARACTER}rd"
    )
    said = bad("complain")
    assert said == "the process that builds the rules gave no answer (exit code 3): the last " + ("word" * 48)[:191]


@pytest.mark.parametrize("way", ["hang", "hang_in_silence"])
def test_a_hang_ends_at_the_limit_and_leaves_no_process_behind(monkeypatch, way):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kw: started.append(real(*args, **kw)) or started[0])
    said = bad(way, Limits(seconds=1))
    assert said == "building the rules takes longer than the 1 seconds that it may take"
    assert started[0].returncode == -signal.SIGKILL


def test_computing_too_long_is_told_as_such():
    said = bad("compute_too_long", Limits(seconds=50))
    assert said == "building the rules takes longer than the 50 seconds that it may take"


def test_computing_without_end_is_stopped_by_the_system_too():
    code = "from questionnaire.decide.build_worker import _limit\n_limit(1, 1024)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=30)
    assert done.returncode == -signal.SIGXCPU


def test_a_flood_of_memory_is_an_error_that_names_the_limit():
    said = bad("take_memory", Limits(megabytes=300))
    assert said == "building the rules takes more than the 300 MiB that it may have"


def test_too_long_an_answer_is_not_read_to_its_end(monkeypatch):
    length = len("tables\n[]\n") + 100_000
    monkeypatch.setattr(build_process, "MOST_ANSWER", length - 1)
    assert bad("flood") == f"the process that builds the rules answered with over {length - 1:,} bytes"
    monkeypatch.setattr(build_process, "MOST_ANSWER", length)
    assert bad("flood") == "the process that builds the rules answered with no tables: the end is missing"


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
def test_an_answer_that_is_not_whole_is_no_answer(way, said):
    assert bad(way) == f"the process that builds the rules {said}"


def test_what_a_library_prints_does_not_get_into_the_answer():
    assert bad("talk") == "the rules could not be built (and this is the answer)"


def test_the_child_gets_no_secrets_no_open_files_and_writes_no_memory_dump(monkeypatch):
    monkeypatch.setenv("FLASK_SECRET_KEY", "a key that nobody may have")
    with open(RULES / "areas.yaml") as file:
        os.set_inheritable(file.fileno(), True)
        kept = os.dup(0)
        os.dup2(file.fileno(), 0)
        try:
            said = bad("tell", Limits(seconds=7, megabytes=512))
        finally:
            os.dup2(kept, 0)
            os.close(kept)
    told = json.loads(said.removeprefix("the rules could not be built (").removesuffix(")"))
    assert told["environment"] == {
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(PROJECT),
    }
    assert told["input"] == os.devnull
    assert told["session"]
    assert told["files"] == 5  # the three that every process has, the way to answer, and the list itself
    assert told["dump"] == [0, 0]
    assert told["seconds"] == [7, 8]
    assert told["memory"] == [512 * 1024 * 1024] * 2
    assert told["ends"] == 17


def test_a_limit_that_holds_already_is_not_raised():
    code = (
        "from resource import *\nfrom questionnaire.decide.build_worker import _limit\n"
        "setrlimit(RLIMIT_CPU, (5, 6)), setrlimit(RLIMIT_AS, (2**30, 2**30)), _limit(7, 2048)\n"
        "print(getrlimit(RLIMIT_CPU), getrlimit(RLIMIT_AS) == (2**30, 2**30))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=30)
    assert done.stdout == "(6, 6) True\n", done.stderr


def test_the_page_for_those_who_run_a_site_says_what_a_child_may_use():
    said = (PROJECT / "docs" / "operating.md").read_text()
    assert f"{Limits().seconds} seconds, and {Limits().megabytes:,} MiB of memory" in said


def test_the_child_collects_garbage_from_a_hundred_rule_files_on(tmp_path, monkeypatch):
    stopped = []
    monkeypatch.setattr(gc, "disable", lambda: stopped.append(True))
    (tmp_path / "area").mkdir()
    for number in range(99):
        (tmp_path / "area" / f"{number}.yaml").touch()
    (tmp_path / "notes.txt").touch()
    for _ in range(2):
        assert build_worker.answer(build_worker.build_folder, tmp_path)[0] == "problems"
        assert stopped == [True]
        (tmp_path / "another.yaml").touch()


def test_whatever_else_goes_wrong_in_the_child_is_told_but_for_a_lack_of_memory(tmp_path, monkeypatch):
    def fail(folder):
        raise faults.pop()

    faults = [MemoryError(), ZeroDivisionError("by nothing")]
    monkeypatch.setattr(gc, "disable", lambda: None)
    assert build_worker.answer(fail, tmp_path) == ("fault", "ZeroDivisionError: by nothing")
    with pytest.raises(MemoryError):
        build_worker.answer(fail, tmp_path)


def test_an_answer_is_written_to_its_end_however_little_is_taken_at_a_time(monkeypatch):
    written = []
    monkeypatch.setattr(os, "write", lambda to, rest: written.append((to, bytes(rest[:3]))) or len(rest[:3]))
    build_worker._write(7, b"an answer")
    assert written == [(7, b"an "), (7, b"ans"), (7, b"wer")]


def test_a_child_that_can_t_be_started_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(BuildError, match="can't be started \\(No such file or directory\\)"):
        Child(RULES).tables()


def test_a_server_never_loads_the_engine_or_what_reads_rule_files(monkeypatch):
    code = (
        "import sys, wsgi\nassert wsgi.app.test_client().get('/').status_code == 200\n"
        "print({name.split('.')[0] for name in sys.modules} & set(sys.argv[1:]))"
    )
    libraries = ["durable", "durable_rules_engine", "ruamel", "pydantic", "pydantic_core", "rich", "textstat"]
    command = [sys.executable, "-c", code, *libraries]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr


def test_a_child_ends_by_itself_when_nobody_is_left_to_end_it():
    """Started as a Child starts it, by somebody who then is killed."""
    code = (
        "import questionnaire.decide.build_worker as child\nchild.LONGER = 0\n"
        "import tests.bad_child as bad\nchild.main(bad.hang, '.', '1', '1024')"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with child.stdout as answer:
        assert answer.read() == b""  # its end, which no process of it holds open any longer
    assert child.wait(30) == -signal.SIGALRM
