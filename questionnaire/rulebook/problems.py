"""A problem says where it is, what is wrong and what to do; problems are data, raised once, all together."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file: the path as the reader would open it, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a rulebook. `check` is the id of the check that found it."""

    place: Place
    level: Level
    check: str
    message: str
    help: str

    def __str__(self) -> str:
        """The problem as one line: place, level, check, message and help."""
        at = f"{printable(self.place.file)}:{self.place.line}:{self.place.column}"
        return f"{at}: {self.level} [{self.check}] {self.message}; {self.help}"

    def as_json(self) -> dict[str, str | int]:
        """The problem as `flask rules check --json` prints it."""
        fields = asdict(self)
        return {**fields.pop("place"), **fields}


def printable(text: str) -> str:
    """A text of anybody's without line ends and control characters, so that it can't pass for a line of ours."""
    return "".join(character if character.isprintable() else "?" for character in text)


def error(place: Place, check: str, message: str, advice: str) -> Problem:
    """A problem because of which the rulebook is not used."""
    return Problem(place, "error", check, message, advice)


def warning(place: Place, check: str, message: str, advice: str) -> Problem:
    """A problem that stops nothing."""
    return Problem(place, "warning", check, message, advice)


class RulebookError(Exception):
    """A rulebook, or a file of it, that can't be used. Carries every problem, in file order; nothing is half-loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Carry `problems`, each once and in file order."""
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, known: Iterable[str]) -> str:
    """The advice for an unknown name: the nearest valid name, and all names where they are few.

    >>> nearest("hip-dip", ["hip-dips", "love-handles"])
    "did you mean 'hip-dips'? Known: hip-dips, love-handles"
    """
    names = list(dict.fromkeys(known))
    begun = [known_name for known_name in names if name and known_name.startswith(name)]
    close = begun or difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if not names:
        return "none are known yet"
    if not close:
        return f"known: {', '.join(names)}"
    return f"did you mean '{close[0]}'?" + (f" Known: {', '.join(names)}" if len(names) <= 20 else "")
