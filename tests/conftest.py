import logging
import os
import shutil
from pathlib import Path

import pytest
from flask import Flask

from questionnaire import create_app, gate, startup
from questionnaire.desk import rulebooks
from questionnaire.releases import publishing, rebuild_tables, watcher
from questionnaire.rulebook import load as loading

from .browser import CHROMIUM, FLAGS, PROJECT, serving
from .made_once import BuiltHere, CompiledTemplates, pages_once, read_once, tables_of

RULES = PROJECT / "tests" / "rulebook"
"""The rule files of the first version, which the tests quote: our own may be worded anew without touching a test."""
OWN_RULES = PROJECT / "rules"
os.environ["FLASK_RULES"] = str(RULES)

os.environ["FLASK_RELEASES"] = "none"  # whoever runs the tests may have published something

loading.read = read_once
Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}


LONGEST = ("test_browser.py", "test_states.py", "test_result_limits.py", "test_looks.py")


def pytest_collection_modifyitems(items):
    """The longest tests first: else one process is left with one of them while the others have ended."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def built_here(monkeypatch):
    for room in (startup, publishing, rebuild_tables, watcher, rulebooks):
        monkeypatch.setattr(room, "Child", BuiltHere)
    monkeypatch.setattr(gate, "page_problems", pages_once)


@pytest.fixture(autouse=True)
def loggers():
    """What a test does to our loggers, as a server does at its start, ends with it."""
    ours = [logging.getLogger(name) for name in ("questionnaire", "questionnaire.requests", "gunicorn")]
    before = [(logger.handlers[:], logger.propagate, logger.level) for logger in ours]
    yield
    for logger, (handlers, propagate, level) in zip(ours, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed (tests/install-browser says how)")
    assert CHROMIUM, "Chromium must be installed under CI"
    return {"executable_path": CHROMIUM, "args": FLAGS.split()}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of a server of our own, for all browser tests of a process."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def rulebook():
    return tables_of(RULES).rulebook


@pytest.fixture(scope="session")
def tables():
    return tables_of(RULES)


@pytest.fixture(scope="session")
def own_tables():
    """Of the rules that visitors are served."""
    return tables_of(OWN_RULES)


@pytest.fixture(scope="session")
def own_rulebook(own_tables):
    return own_tables.rulebook


@pytest.fixture
def app(tables):
    """An application without limits on forms: all of a test's visitors come from one address."""
    built = tables  # not again for every test
    config = {"TESTING": True, "RULES": str(RULES), "LIMIT_POSTS": 0}
    return create_app(config, building=built)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


@pytest.fixture
def rules(tmp_path):
    """A copy of our own rule files, to put a single fault in."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


@pytest.fixture
def article():
    """The article's own file, which is not ours to ship: named by the environment variable ARTICLE."""
    path = os.environ.get("ARTICLE")
    if not path:
        pytest.skip("the article is not at hand; name its file in ARTICLE")
    return Path(path)
