"""Releases to test with: our own tables under two marks, published without building them again."""

from types import SimpleNamespace

import pytest

from questionnaire.decide.build_process import Built
from questionnaire.releases import publishing, watcher
from questionnaire.releases.seals import make_key

from .helpers import marked


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy this machine is, a new version is waited for."""
    monkeypatch.setattr(watcher, "PATIENCE", 60)


@pytest.fixture
def releases(tmp_path):
    return tmp_path / "releases"


@pytest.fixture
def publish(releases, tmp_path, monkeypatch):
    """Publishes tables that are built already, with two small files in the place of their rule files."""
    rules = tmp_path / "small"
    (rules / "hip-dips").mkdir(parents=True)
    (rules / "areas.yaml").write_text("areas: []\n...\n")
    (rules / "hip-dips/exercise.yaml").write_text("name: Exercise\n...\n")

    def publish(tables, note="", **how):
        built = SimpleNamespace(result=lambda: Built(tables, ()))
        monkeypatch.setattr(publishing, "Child", lambda folder, at: built)
        with publishing.drafting(rules, releases) as draft:
            return draft.publish(note, **how)

    return publish


@pytest.fixture
def two(publish, tables):
    """Two releases of our own tables, `old` and `new`; the new one is active."""
    return [publish(marked(tables, mark)).name for mark in ("old", "new")]


@pytest.fixture
def keys(tmp_path):
    """Two private keys, the first of which servers trust; with its public key."""
    ours, foreign = tmp_path / "ours.pem", tmp_path / "foreign.pem"
    make_key(foreign)
    return ours, foreign, make_key(ours)


@pytest.fixture
def sealed(publish, tables, keys):
    """Publishes tables that are built already with a key, or with none."""

    def make(mark, key=keys[0]):
        return publish(marked(tables, mark), by="Dr A", key=key).name

    return make
