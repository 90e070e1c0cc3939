"""What is not signed, or no longer: unit by unit, with the words that were read beside those of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..decide.sign_off_units import Standing
from .phrases import count

TABLE = "its table: what answers lead to is not what was signed"
SILENT = "(the article does not say)"


def why(standing: Standing) -> str:
    """Why a unit is not signed today, in one sentence."""
    by = standing.sign_off
    if by is None:
        return "nobody signed it"
    if standing.state == "overdue":
        return f"{by.by} signed it until {by.until}; it is to be read again"
    if not by.statements:
        return f"{by.by} signed it on {by.on}, when nobody wrote down which words; it is to be read again"
    what = "option" if "/" in standing.unit else "unit"
    texts = count(len(standing.statements), "text")
    changed = f"{len(standing.changed)} of {texts} of this {what} changed since {by.by} read them"
    if not standing.changed:
        changed = f"what answers lead to changed since {by.by} signed it"
    elif standing.table_changed:
        changed += ", and so did what answers lead to"
    return f"{changed} on {by.on}"


def to_read(standing: Standing) -> tuple[str, ...]:
    """The ids of the texts that have to be read before the unit can be signed; all of them where it is overdue."""
    return tuple(one.id for one in standing.statements) if standing.state == "overdue" else standing.changed


def words_then(standing: Standing) -> dict[str, str]:
    """{id: the words that were signed} of each text of a unit whose words differ since; empty where nobody signed."""
    signed = standing.sign_off.statements if standing.sign_off else {}
    now = {statement.id: statement.text for statement in standing.statements}
    changed = [name for name in standing.changed if name in signed and name in now]
    return {name: signed[name].words for name in changed if signed[name].words != now[name]}


def as_json(standings: Iterable[Standing]) -> Mapping[str, Any]:
    """The units that are not signed today as one JSON object."""
    return {
        "unsigned": [
            {
                "unit": one.unit,
                "statements": [*to_read(one)],
                "table": one.table_changed or one.state == "overdue",
                "why": why(one),
            }
            for one in standings
            if one.state != "signed"
        ]
    }


def as_text(standings: Iterable[Standing]) -> str:
    """The units that are not signed today for reading; of one that changed, old and new words of each text."""
    unsigned = [one for one in standings if one.state != "signed"]
    return "\n".join(line for one in unsigned for line in _lines(one)) or "Every unit is signed."


def _lines(standing: Standing) -> Iterator[str]:
    yield f"{standing.unit}: {why(standing)}."
    if standing.sign_off is None or not standing.sign_off.statements or standing.state == "overdue":
        return
    now = {statement.id: statement for statement in standing.statements}
    for name in standing.changed:
        read = standing.sign_off.statements.get(name)
        yield f"  {name}"
        yield f"    read: {(read.words or SILENT) if read else '(it was not there)'}"
        new = now.get(name)
        yield f"    now:  {'(it is gone)' if new is None else new.text or SILENT}"
        if read and new and read.words == new.text:
            yield "    The words are the same; what they rest on, or what is shown with them, is not."
    if standing.table_changed:
        yield f"  {TABLE}"
