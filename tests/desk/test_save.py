"""Saves are whole or not at all, never over somebody else's change, and commits where there is git."""

import os
import stat
import subprocess
import threading

import pytest

from questionnaire.desk import save
from questionnaire.desk.save import Conflict, SaveError
from questionnaire.rulebook import write_file


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules" / "hip-dips").mkdir(parents=True)
    (tmp_path / "rules" / "grid.yaml").write_bytes(b"old\n")
    return tmp_path / "rules"


def saved(folder, files, read=None, who="Dr Able", why="Say it anew"):
    read = read or {file: save.sha256(save.content(folder, file)) for file in files}
    save.save(folder, folder.parent / "lock", files, read, who, why)


def test_files_are_written_made_and_removed(folder):
    saved(folder, {"grid.yaml": b"new\n", "hip-dips/exercise.yaml": b"made\n"})
    assert (folder / "grid.yaml").read_bytes() == b"new\n"
    assert (folder / "hip-dips/exercise.yaml").read_bytes() == b"made\n"
    saved(folder, {"grid.yaml": b""})
    assert not (folder / "grid.yaml").exists()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["exercise.yaml"], "nothing is left beside"


def test_a_file_that_somebody_changed_meanwhile_is_not_written_over(folder):
    read = {"grid.yaml": save.sha256(b"older\n"), "areas.yaml": save.sha256(b"")}
    with pytest.raises(Conflict, match=r"Somebody else changed grid.yaml meanwhile. Nothing was written."):
        saved(folder, {"areas.yaml": b"new\n", "grid.yaml": b"new\n"}, read)
    assert (folder / "grid.yaml").read_bytes() == b"old\n"
    assert not (folder / "areas.yaml").exists()


def test_a_full_disk_leaves_every_file_as_it_was(folder, monkeypatch):
    def full(handle):
        if stat.S_ISREG(os.fstat(handle).st_mode) and b"second" in os.pread(handle, 10, 0):
            raise OSError(28, "No space left on device", "areas.yaml")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SaveError, match=r"The disk refused to write areas.yaml \(No space left on device\)."):
        saved(folder, {"grid.yaml": b"first\n", "areas.yaml": b"second\n"})
    assert (folder / "grid.yaml").read_bytes() == b"old\n"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["grid.yaml"]


def test_of_many_who_save_at_once_one_is_first_and_the_others_are_told(folder):
    read, results = {"grid.yaml": save.sha256(b"old\n")}, []

    def attempt(number):
        try:
            saved(folder, {"grid.yaml": f"{number}\n".encode()}, read)
            results.append(number)
        except Conflict:
            results.append(None)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = (number for number in results if number is not None)
    assert (folder / "grid.yaml").read_bytes() == f"{first}\n".encode()


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_save_is_a_commit_by_who_saved_with_their_reason_and_nothing_else_in_it(folder):
    git(folder.parent, "init", "-q")
    git(folder.parent, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "first")
    (folder / "standards.yaml").write_text("not saved at the desk\n")
    saved(folder, {"grid.yaml": b"new\n"}, who="Dr <Able>", why="Say it anew: for Dr Baker")
    told = git(folder, "show", "--stat", "--format=%an|%ae|%s").splitlines()
    assert told[0] == "Dr Able|desk@localhost|Say it anew: for Dr Baker"
    assert [line.split("|")[0].strip() for line in told if "|" in line][1:] == ["rules/grid.yaml"]
    assert "?? standards.yaml" in git(folder, "status", "--short", ".")


def test_what_a_killed_process_had_begun_is_finished_unless_somebody_touched_it_since(folder, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(_, path, real=os.replace):
        if str(path).endswith("second.yaml"):
            raise Killed
        real(_, path)

    for name in ("first.yaml", "second.yaml"):
        (folder / name).write_bytes(b"old\n")
    for touched in (False, True):
        with monkeypatch.context() as patched:
            patched.setattr("os.replace", killed)
            with pytest.raises(Killed):
                saved(folder, {"first.yaml": b"new\n", "second.yaml": b"new\n", "grid.yaml": b""})
        assert (folder / "grid.yaml").exists()
        if touched:
            (folder / "first.yaml").write_bytes(b"by hand\n")
        write_file.finish_writing(folder)
        assert [(folder / name).read_bytes() for name in ("first.yaml", "second.yaml")] == (
            [b"by hand\n", b"old\n"] if touched else [b"new\n", b"new\n"]
        )
        assert (folder / "grid.yaml").exists() == touched
        assert list(folder.glob(".*")) == []
        for name in ("first.yaml", "second.yaml", "grid.yaml"):
            (folder / name).write_bytes(b"old\n")
