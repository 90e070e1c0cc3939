"""Names and cells for decision tables of others: FEEL (DMN) and GoRules read `donor-fat` as a subtraction."""

from __future__ import annotations

from collections.abc import Sequence

from .collect import CollectTable, ExportError

TAKEN = frozenset(
    ["and", "between", "date", "else", "every", "false", "for", "function", "if", "in", "instance", "not"]
)
TAKEN |= {"null", "of", "or", "return", "satisfies", "some", "then", "time", "true"}
"""Words that these languages have for themselves; a question of that name gets an underscore at its end."""


def variable(name: str) -> str:
    """An id as a name: donor-fat is donor_fat, hip-dips/exercise is hip_dips__exercise."""
    written = name.replace("/", "__").replace("-", "_")
    return f"q_{written}" if written[0].isdigit() else f"{written}_" if written in TAKEN else written


def check_names(questions: Sequence[str], tables: Sequence[CollectTable]) -> None:
    """Raises ExportError where two of these would have one name."""
    first: dict[str, str] = {}
    for name in (*questions, *(table.name for table in tables)):
        if first.setdefault(variable(name), name) != name:
            raise ExportError(f"'{name}' and '{first[variable(name)]}' would both be called {variable(name)}")


def any_of(choices: Sequence[str]) -> str:
    """The cell of an input: any of these choices. Ids hold nothing that would need an escape."""
    return ", ".join(f'"{choice}"' for choice in choices)
