"""The log of the desk can only grow, and a change of its file does not go unnoticed."""

import sqlite3

import pytest

from questionnaire.desk import database, log


@pytest.fixture
def lines(desk):
    with desk.app_context(), database.writing() as db:
        for what in ("read", "signed", "published"):
            log.add(db, "Dr Able", what, "hip-dips/exercise", "because")
    return desk.config["DESK_DATABASE"]


@pytest.mark.parametrize("change", ["UPDATE log SET who = 'somebody else'", "DELETE FROM log WHERE id = 3"])
def test_a_line_is_never_changed_or_removed(lines, change):
    with sqlite3.connect(lines) as connection, pytest.raises(sqlite3.IntegrityError, match="the log can only grow"):
        connection.execute(change)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE log SET who = 'somebody else' WHERE id = 2", 2),
        ("UPDATE log SET at = '2020-01-01T00:00:00Z' WHERE id = 1", 1),
        ("DELETE FROM log WHERE id = 2", 2),
        ("SELECT 1", None),
    ],
)
def test_who_takes_the_triggers_away_is_found_out_by_the_hashes(desk, lines, change, fault):
    with sqlite3.connect(lines) as connection:
        connection.execute("DROP TRIGGER log_no_update")
        connection.execute("DROP TRIGGER log_no_delete")
        connection.execute(change)
    with desk.app_context():
        assert log.first_fault(database.reading()) == fault


def test_what_fails_leaves_no_line(desk, lines):
    def fail():
        with database.writing() as db:
            log.add(db, "Dr Able", "signed")
            raise RuntimeError

    with desk.app_context():
        with pytest.raises(RuntimeError):
            fail()
        assert database.reading().query(log.LogEntry).count() == 3
