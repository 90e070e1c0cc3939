"""What somebody probably did where YAML does not understand a rule file, and what to write instead.

The parser says where it gave up, which is often below the slip, in words about tokens. Here the lines themselves are
looked at first: alone (line_slips.py), then beside their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .line_slips import Slip, around, curly_quote, head, quoted, quotes, slip_in, value_of, wrote

LINES_ABOVE = 2
"""So many lines above the parser's own place are looked at as well."""
LOOK_HERE = "look at this line and the one above: spaces at the start, a colon without a space after it, an open quote"
PLAIN_ENGLISH = {
    "expected '<document start>', but found": "this does not go on from the lines above; found",
    "expected <block end>, but found": "this does not go on from the lines above; found",
    "('<block mapping start>',)": "a 'key: value' line",
    "('<block sequence start>',)": "an entry of a list",
    "'<block mapping start>'": "a 'key: value' line",
    "'?'": "a 'key: value' line",
    "'<scalar>'": "a text",
    "mapping values are not allowed here": "a second colon, or a line that starts too far in",
    "could not find expected ':'": "no colon after the key",
    "expected the node content, but found": "a value belongs here, and not",
}
Lines = Sequence[str]


@dataclass(frozen=True)
class Mistake:
    """A slip: its line and column, counted from 1, what is wrong, and what to do."""

    line: int
    column: int
    message: str
    advice: str


def explain(lines: Lines, at: tuple[int, int], context: tuple[int, int], reading: str, problem: str) -> Mistake:
    """The slip behind an error of the parser.

    `at`: the line and column where the parser gave up; `context`: those where the thing began that it was reading;
    `reading` and `problem`: its own words for both, shown only where no slip is recognised.
    """
    number, column = min(at[0], len(lines)), at[1]
    began = context[0] if re.search("simple key|scalar|flow", reading) else number
    for near in [*_marked(lines), *dict.fromkeys([began, *_above(lines, number, LINES_ABOVE), number])]:
        if slip := slip_in(lines[near - 1]):
            return _at(near, slip)
    if slip := curly_quote(lines[began - 1]):
        return _at(began, slip)
    if "simple key" in reading:
        return _at(began, _no_colon(lines[began - 1]))
    if mistake := _comment_in_text(lines, number):
        return mistake
    if re.search("quoted|flow|scalar", reading + problem) and (mistake := _open_quote(lines, number)):
        return mistake
    if "flow" in reading:
        return _at(began, _open_bracket(lines[began - 1], context[1] - 1))
    if "document separator" in problem:
        return Mistake(*context, "the quote that opens here is not closed", "close it, or put the text in other quotes")
    if "escape" in problem:
        advice = "write it twice, or put the text in single quotes"
        return Mistake(number, column, "a backslash in double quotes stands for a code", advice)
    if "chomping" in problem or "line break" in problem:
        return Mistake(number, column, "after '|' or '>' the text starts on the next line", "put the text in quotes")
    if "mapping values" in problem and (slip := _colon_in_text(lines[number - 1], column - 1)):
        return _at(number, slip)
    if mistake := _no_colon_above(lines, number, problem) or _indentation(lines, number):
        return mistake
    if found := re.search(r"found character '(.*)' that cannot start", problem):
        sign = "a tab" if found[1] == "\\t" else found[1]
        return Mistake(
            number, column, f"no text can start with {sign}", "put quotes around the text, or delete the sign"
        )
    for words, plain in PLAIN_ENGLISH.items():
        problem = problem.replace(words, plain)
    return Mistake(number, column, f"this can't be read as YAML ({problem})", LOOK_HERE)


def of_key(lines: Lines, line: int, column: int, key: str) -> Mistake | None:
    """The slip in a key that YAML takes and that can't be meant: keys here hold no space, colon or sign."""
    if re.fullmatch(r"[\w./-]*", key) and not key.startswith("-") and key:
        return None
    if slip := slip_in(lines[line - 1]):
        return _at(line, slip)
    first, _, rest = key.partition(" ")
    if not key:
        return Mistake(line, column, "the key before the colon is missing", "write: key: value")
    if lines[line - 1][column - 1 + len(key) :].startswith(":"):
        advice = f"write: {re.sub(r'[^a-z0-9]+', '-', key.lower()).strip('-')}:"
        return Mistake(line, column, f"a key can't be '{key}': keys hold letters, digits and hyphens alone", advice)
    if rest and re.fullmatch(r"[\w-]+", first):
        return Mistake(line, column, f"no colon in '{key}'", f"write: {first}: {rest}")
    return Mistake(line, column, f"a key can't be '{key}'", "use letters, digits and hyphens alone")


def _at(line: int, slip: Slip) -> Mistake:
    return Mistake(line, slip[0] + 1, *slip[1:])


def _above(lines: Lines, line: int, count: int) -> list[int]:
    """The nearest lines above that are neither blank nor comments, from the upmost down."""
    above = [n for n in range(min(line - 1, len(lines)), 0, -1) if not re.match(r"\s*(#|$)", lines[n - 1])]
    return above[:count][::-1]


def _below(lines: Lines, line: int) -> int | None:
    return next((n for n in range(line + 1, len(lines) + 1) if not re.match(r"\s*(#|$)", lines[n - 1])), None)


def _marked(lines: Lines) -> Iterator[int]:
    """The first line that git left where two changes met."""
    yield from [n for n, line in enumerate(lines, 1) if re.match(r"(<{7}|\|{7}|={7}|>{7})( |$)", line)][:1]


def _no_colon(line: str) -> Slip:
    found = re.match(r"( *(?:- +)*)([\w-]+) *(.*)", line)
    position = len(line) - len(line.lstrip())
    if not found:
        return position, f"no colon on this line; you wrote: {around(line)}", "write: key: value"
    right = f"{line[: found.end(2)].strip()}: {found[3] or '...'}"
    advice = f"write: {around(right)}; or, if it goes on with the text above, start it further in than the key above"
    return position, f"no colon on this line; you wrote: {around(line)}", advice


def _no_colon_above(lines: Lines, number: int, problem: str) -> Mistake | None:
    """The line above without a key, to which the text before a colon on this line was taken to belong."""
    above = _above(lines, number, 1)
    if "mapping values" not in problem or not above or head(lines[above[0] - 1])[2]:
        return None
    return _at(above[0], _no_colon(lines[above[0] - 1]))


def _open_bracket(line: str, position: int) -> Slip:
    closing = "]" if line[position : position + 1] == "[" else "}"
    return wrote(line, position, f"this '{line[position]}' is not closed", line.rstrip() + closing)


def _open_quote(lines: Lines, last: int) -> Mistake | None:
    """The nearest line, from `last` up, with a text whose quote does not close on it."""
    for number in range(min(last, len(lines)), 0, -1):
        line = lines[number - 1]
        start = next((start for start, end in quotes(line) if not end), None)
        if start is not None:
            closing = re.search(r"[}\]]*$", line.rstrip()) if value_of(line)[0] in "[{" else None
            end = closing.start() if closing else len(line.rstrip())
            right = line[:start] + quoted(line[start + 1 : end]) + line[end:]
            return _at(number, wrote(line, start, f"the quote {line[start]} is not closed", right))
    return None


def _comment_in_text(lines: Lines, last: int) -> Mistake | None:
    """An unquoted text over several lines that ends early, because ' #' starts a comment in the line above `last`."""
    for number in _above(lines, last, 1):
        line = lines[number - 1]
        if (
            (position := line.find(" #")) > 0
            and value_of(line)[:1] not in ("'", '"', "")
            and not head(lines[last - 1])[2]
        ):
            what = "the text ends here, before '#'"
            return Mistake(
                number, position + 2, what, "put the whole text in quotes, or the comment on a line of its own"
            )
    return None


def _colon_in_text(line: str, position: int) -> Slip | None:
    _, _, key, value = head(line)
    start = len(line) - len(value)
    if not key or position < start or not value:
        return None
    if re.fullmatch(r"[a-z-]+: [a-z-]+", value):
        return wrote(line, position, "a second key on one line needs braces", f"{line[:start]}{{{value}}}")
    what = "a text with a colon and a space in it needs quotes"
    return wrote(line, position, what, line[:start] + quoted(value))


def _column(line: str) -> int:
    """Where the key or text of a line starts, after its dashes."""
    indent, dashes, _, _ = head(line)
    return len(indent + dashes)


def _indentation(lines: Lines, number: int) -> Mistake | None:
    """A line, or the one above it, that starts elsewhere than its neighbours."""
    line, above = lines[number - 1], _above(lines, number, 2)
    if not above or not line.strip():
        return None
    up, below = lines[above[-1] - 1], _below(lines, number)
    here, there = _column(line), _column(up)
    down = _column(lines[below - 1]) if below and lines[below - 1] != "..." else None
    indent, dashes, _, _ = head(line)
    if dashes and len(indent) == there:
        return _at(number, wrote(line, len(indent), "this dash starts no entry of a list", line[here:]))
    up_indent, up_dashes, up_key, _ = head(up)
    entry = next((other for other in lines[number - 2 :: -1] if re.match(" *- ", other)), "") if dashes else ""
    if entry and entry.index("-") != len(indent):
        return _spaces(number, line, len(indent), entry.index("-"))
    if up_dashes and there != here and down in (here, None):
        return _spaces(above[-1], up, len(up_indent), here - 2)
    if not up_dashes and there != here and len(above) > 1 and _column(lines[above[0] - 1]) == here:
        return _spaces(above[-1], up, len(up_indent), here)
    if (
        not up_dashes
        and up_key
        and here == there + 2
        and any(re.match(rf" *- +{re.escape(up_key)}:", other) for other in lines)
    ):
        return _at(above[-1], wrote(up, there, f"the dash before '{up_key}' is missing", f"- {up.strip()}"))
    return _spaces(number, line, len(indent), there) if here != there else None


def _spaces(number: int, line: str, wrong: int, right: int) -> Mistake:
    what = f"this line starts with {_count(wrong)}, and the lines around it want {_count(right)}"
    return Mistake(number, wrong + 1, f"{what}; you wrote: {around(line)}", f"write {_count(right)} before it")


def _count(spaces: int) -> str:
    return "no space" if spaces == 0 else "1 space" if spaces == 1 else f"{spaces} spaces"
