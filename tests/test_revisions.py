"""Versions of the rules: a folder, or a git revision of it."""

import subprocess

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.review.diff import diff
from questionnaire.review.revisions import VersionError, open_version
from questionnaire.rulebook.load import load

from .conftest import RULES
from .edits import LIPOSUCTION, change_a_verdict, commit, git


@pytest.fixture
def repository(rules):
    """A git repository whose first commit holds our rules, and whose second has another verdict."""
    commit(rules)
    git(rules, "tag", "first")
    change_a_verdict(rules)
    git(rules, "commit", "-qam", "second")
    return rules


def test_a_folder_is_opened_as_it_is(rules):
    with open_version(str(rules), RULES) as folder:
        assert folder == rules


@pytest.mark.parametrize("name", ["first", "HEAD~1"])
def test_a_git_revision_is_opened_as_it_was(repository, rulebook, name):
    with open_version(name, repository) as folder:
        assert load(folder).fingerprint == rulebook.fingerprint
        old = build(load(folder))
    assert not folder.exists()
    assert diff(old, build(load(repository))).verdict_changed_without_signoff == (LIPOSUCTION,)


def test_a_git_revision_is_opened_from_inside_a_hook(repository, rulebook, monkeypatch):
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    with open_version("first", repository) as folder:
        assert load(folder).fingerprint == rulebook.fingerprint


def message(name, folder):
    with pytest.raises(VersionError) as fault, open_version(name, folder):
        pass
    (line,) = str(fault.value).splitlines()
    return line


HELP = "give a folder of rule files, or a revision such as HEAD~1"


@pytest.mark.parametrize("name", ["v9", "--output=stolen", "first..HEAD", "HEAD:rules", "", "empty"])
def test_a_name_that_is_neither_is_refused_with_what_to_do(repository, monkeypatch, name):
    monkeypatch.chdir(repository / "hip-dips")
    (repository / "hip-dips" / "empty").mkdir()
    what = "is a folder without rule files" if name in ("", "empty") else "is no folder"
    assert message(name, repository).startswith(f"'{name}' {what}, and no git revision either; {HELP}")
    assert not list(repository.parent.rglob("stolen"))


def test_rules_outside_of_any_git_repository_have_no_revisions(rules, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(rules.parent.parent))
    assert message("HEAD", rules).startswith(f"'HEAD' is no folder, and no git revision either; {HELP} (git says: ")


def test_a_revision_from_before_the_rules_says_so(repository):
    later = repository.parent / "later"
    later.mkdir()
    (later / "questions.yaml").write_text("")
    assert message("first", later).startswith(
        "the revision 'first' has no folder 'later'; give one that has it, or a folder of rule files"
    )


def test_where_git_is_not_installed_that_is_said(rules, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert message("HEAD", rules).endswith("(git is not installed)")


def test_a_repository_of_somebody_else_is_told_as_such_with_git_s_remedy(monkeypatch):
    remedy = "git config --global --add safe.directory /opt/options-guide"
    words = f"fatal: detected dubious ownership in repository at '/opt'\nTo add an exception:\n\t{remedy}\n"
    refused = subprocess.CompletedProcess([], 128, b"", words.encode())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    assert message("HEAD", RULES) == (
        f"git does not read a repository of another user; run this as its owner, or tell git: {remedy}"
    )
