"""The six rooms: imports point one way, and each outside library has one door."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PROJECT

CODE = PROJECT / "questionnaire"
MODULES = sorted(CODE.rglob("*.py"))
ROOMS = {
    "rulebook": {"rulebook"},
    "decide": {"rulebook", "decide"},
    "review": {"rulebook", "decide", "review"},
    "releases": {"rulebook", "decide", "releases"},
    "web": {"rulebook", "decide", "releases", "web", "response_headers"},
    "desk": {
        *("rulebook", "decide", "review", "releases", "desk"),
        *("response_headers", "settings", "FOLDERS", "PROJECT", "read_settings"),
    },
}
DOORS = {
    "durable": {"decide/engine.py"},
    "durable_rules_engine": {"decide/engine.py"},
    "ruamel": {"rulebook/yaml_tree.py", "rulebook/yaml_edit.py"},
    "pydantic": {
        *(f"rulebook/schema/{path.name}" for path in (CODE / "rulebook/schema").iterdir()),
        "rulebook/schema_errors.py",
    },
    "authlib": {"desk/openid.py"},
    "webauthn": {"desk/passkeys.py", "review/signature_proof.py"},
}


def imports(path):
    """The absolute names that a module imports, also inside functions."""
    package = ("questionnaire", *path.relative_to(CODE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def name(path):
    return path.relative_to(CODE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_room_imports_only_from_the_rooms_below_it(path):
    room = path.relative_to(CODE).parts[0]
    for imported in imports(path):
        parts = imported.split(".")
        if parts[0] == "questionnaire" and room in ROOMS and len(parts) > 1:
            assert parts[1] in ROOMS[room], f"{name(path)} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_flask_is_met_only_in_the_web_and_on_the_command_line(path):
    if path.relative_to(CODE).parts[0] in ("rulebook", "decide", "review", "releases"):
        met = {imported.split(".")[0] for imported in imports(path)}
        assert met.isdisjoint({"flask", "flask_wtf", "wtforms", "werkzeug", "click"})


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_each_outside_library_has_one_door(path):
    for imported in imports(path):
        door = DOORS.get(imported.split(".")[0])
        assert door is None or name(path) in door, f"{name(path)} imports {imported}"


def test_the_process_that_serves_visitors_never_loads_the_desk():
    code = "import sys, wsgi; print(*sys.modules)"
    environment = {**os.environ, "FLASK_RUN_FROM_CLI": "", "FLASK_RELEASES": "none"}
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "questionnaire.web.questionnaire_views" in loaded
    for kept_out in (
        "questionnaire.desk",
        "sqlalchemy",
        "alembic",
        "webauthn",
        "cryptography",
        "flask_wtf",
        "dulwich",
        "authlib",
    ):
        assert kept_out not in loaded


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_command_line_prints(path):
    calls = {
        n.func.id
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert name(path).startswith("cli/") or "print" not in calls


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_a_sentence_that_says_what_it_is_for(path):
    said = ast.get_docstring(ast.parse(path.read_text()))
    assert said
    assert said.split("\n\n")[0].rstrip().endswith((".", "?"))


def test_no_two_modules_have_one_name():
    names = [path.name for path in MODULES if path.name != "__init__.py"]
    assert sorted(names) == sorted(set(names))


def test_no_path_of_a_machine_stands_in_the_project():
    for folder in ("questionnaire", "rules", "templates", "tests", "docs", ".ci"):
        for path in (PROJECT / folder).rglob("*"):
            if path.suffix in (".py", ".yaml", ".html", ".md", ".css", ""):
                text = path.read_text() if path.is_file() else ""
                assert f"/{'root'}/" not in text, path
                assert f"/{'work'}/" not in text, path
    assert isinstance(PROJECT, Path)
