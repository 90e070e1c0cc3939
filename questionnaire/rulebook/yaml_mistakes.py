"""What somebody probably did to a line that YAML does not understand, and what to write instead.

The parser says where it gave up, which is often below the slip, in words about tokens. Here the lines themselves are
looked at first: each function below knows one kind of slip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .characters import ODD_SPACE, name

WIDTH = 60
"""Of a long line, so many characters are quoted from the slip on, and half as many before it."""
LINES_ABOVE = 2
"""So many lines above the parser's own place are looked at as well."""
DASHES = "–—‐‑‒―−•·●▪◦*+"
CURLY = {"“": "”", "„": "“”", "”": "”", "«": "»", "‘": "’", "‚": "‘’", "’": "’", "‹": "›"}
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
HEAD = re.compile(r"( *)((?:- +)*)(?:([^\s:#'\"\[\]{},][^\s:'\"\[\]{},]*):(?: +|$))?(.*)")
"""A line's indent, dashes, key and value; the key may be missing."""
QUOTE_OPENS = re.compile(r"([\[{,]|: |- ) *(['\"])")
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")


@dataclass(frozen=True)
class Mistake:
    """A slip: its line and column, counted from 1, what is wrong, and what to do."""

    line: int
    column: int
    message: str
    advice: str


Lines = Sequence[str]
Slip = tuple[int, str, str]
"""A slip within one line: its position in the line, counted from 0, what is wrong, and what to do."""


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
    if slip := _curly_quote(lines[began - 1]):
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


def slip_in(line: str) -> Slip | None:
    """The first slip that can be recognised from a line alone."""
    return next((slip for look in LOOKS if (slip := look(line))), None)


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


def in_curly_quotes(text: str) -> bool:
    """Whether a whole text stands in curly quotes, which were probably meant as YAML's own."""
    return len(text) > 1 and text[-1] in CURLY.get(text[0], "") and not set(text[1:-1]) & {text[0], text[-1]}


def quoted(text: str) -> str:
    """The text as YAML takes it whatever is in it."""
    return f"'{text.replace(chr(39), chr(39) * 2)}'" if '"' in text or "\\" in text else f'"{text}"'


def _at(line: int, slip: Slip) -> Mistake:
    return Mistake(line, slip[0] + 1, *slip[1:])


def _head(line: str) -> tuple[str, str, str, str]:
    match = HEAD.fullmatch(line)
    assert match is not None
    return match[1], match[2], match[3] or "", match[4]


def _value(line: str) -> str:
    return _head(line)[3]


def _above(lines: Lines, line: int, count: int) -> list[int]:
    """The nearest lines above that are neither blank nor comments, from the upmost down."""
    above = [n for n in range(min(line - 1, len(lines)), 0, -1) if not re.match(r"\s*(#|$)", lines[n - 1])]
    return above[:count][::-1]


def _below(lines: Lines, line: int) -> int | None:
    return next((n for n in range(line + 1, len(lines) + 1) if not re.match(r"\s*(#|$)", lines[n - 1])), None)


def _marked(lines: Lines) -> Iterator[int]:
    """The first line that git left where two changes met."""
    yield from [n for n, line in enumerate(lines, 1) if re.match(r"(<{7}|\|{7}|={7}|>{7})( |$)", line)][:1]


def _wrote(line: str, position: int, what: str, instead: str) -> Slip:
    """A slip for which the line can be quoted as it is and as it should be."""
    return position, f"{what}; you wrote: {_around(line, position)}", f"write: {_around(instead, position)}"


def _around(line: str, position: int = 0) -> str:
    """The line, or of a long one the part around a position."""
    start, end = max(0, position - WIDTH // 2), position + WIDTH
    if len(line.strip()) <= WIDTH:
        return line.strip()
    return f"{'...' if start else ''}{line[start:end].strip()}{'...' if end < len(line) else ''}"


def _merge_mark(line: str) -> Slip | None:
    if not re.match(r"(<{7}|\|{7}|={7}|>{7})( |$)", line):
        return None
    advice = "keep one of the two versions, and delete the lines that start with <<<<<<<, ======= and >>>>>>>"
    return 0, f"git left the mark '{line[:7]}' here, because two people changed the same lines", advice


def _tab(line: str) -> Slip | None:
    found = re.match(r"[ -]*(\t)", line) or re.search(r":[ ]*(\t)", line)
    return (found.start(1), "a tab stands here", "delete it and type spaces") if found else None


def _odd_space(line: str) -> Slip | None:
    space, key = f"([{ODD_SPACE}])", r"[A-Za-z][\w-]*"
    found = re.match(rf"[ -]*{space}|[ -]*{key}: *{space}", line)
    if not found and _value(line)[:1] in ("[", "{"):
        found = re.search(rf"[\[{{,] *(?:{key}: *)?{space}", line)
    if not found:
        return None
    position = found.start(found.lastindex or 0)
    return (
        position,
        f"the character {name(line[position])} looks like a space and is none",
        "delete it and type a space",
    )


def _other_dash(line: str) -> Slip | None:
    found = re.match(rf"( *)([{re.escape(DASHES)}])\s+(\S.*)", line)
    if not found:
        return None
    what = f"'{found[2]}' ({name(found[2])[:6]}) does not start an entry of a list"
    return _wrote(line, found.start(2), what, f"- {found[3]}")


def _dash_without_space(line: str) -> Slip | None:
    found = re.match(r"( *)-([\w'\"\[{].*)", line)
    return _wrote(line, found.end(1), "no space after the dash", f"- {found[2]}") if found else None


def _curly_quote(line: str) -> Slip | None:
    _, dashes, key, value = _head(line)
    if value[:1] not in CURLY or not (key or dashes):
        return None
    text = value[1:-1] if value[-1] in CURLY[value[0]] else value[1:]
    head = line[: len(line) - len(value)]
    return _wrote(line, len(head), "curly quotes are no quotes to YAML", head + quoted(text))


def _quote(line: str) -> Slip | None:
    """A quote that closes before the text ends."""
    in_flow = _value(line)[:1] in ("[", "{")
    for start, end in _quotes(line):
        if not end or re.match(r"\s*([,\]}:]|$)" if in_flow else r"\s*(:|$)|\s+#", line[end:]):
            continue
        rest = line[end:].rstrip()
        if in_flow:
            rest = re.split(r"\s*(?:[,}\]]\s*[\w-]+:|[}\]]+$)", rest)[0]
        text = line[start:end] + rest
        what = f"the quote {line[start]} closes after {_around(line[start:end])}, and the text goes on"
        right = line[:start] + quoted(_meant(text, end - start)) + line[start + len(text) :]
        return _wrote(line, end - 1, what, right)
    return None


def _meant(text: str, end: int) -> str:
    """The text that was to stand in quotes, which the quote before `end` closed early.

    An apostrophe or an inner opening quote (`'fat's`, `"a "curve"`) belongs to the text, and the first quote does not;
    otherwise both do (`"#1" tip`).
    """
    if text[end : end + 1].isalnum() or text[end - 2] == " ":
        return text[1:].removesuffix(text[0])
    return text


def _quotes(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each quoted text that opens where a value starts; the end is 0 if it is not closed."""
    position = len(line) - len(_value(line))
    if line[position : position + 1] not in ("'", '"', "[", "{"):
        return
    match = re.compile("()(['\"])").match(line, position) or QUOTE_OPENS.search(line, position)
    while match:
        start = match.start(2)
        closed = QUOTED.match(line, start)
        yield start, closed.end() if closed else 0
        match = QUOTE_OPENS.search(line, closed.end()) if closed else None


def _colon_without_space(line: str) -> Slip | None:
    found = re.match(r"( *(?:- +)*[A-Za-z][\w-]*):(?!//)([^\s:].*)", line)
    if not found and _value(line)[:1] in ("[", "{"):
        found = re.match(r"([^'\"]*[{,] *[A-Za-z][\w-]*):([^\s:/].*)", line)
    return _wrote(line, found.end(1), "no space after the colon", f"{found[1]}: {found[2]}") if found else None


def _sign_for_colon(line: str) -> Slip | None:
    found = re.match(r"( *(?:- +)*[a-z][a-z-]*) *([;=：]) *(\S.*)", line)
    if not found:
        return None
    return _wrote(line, found.start(2), f"'{found[2]}' stands where a colon belongs", f"{found[1]}: {found[3]}")


def _first_sign(line: str) -> Slip | None:
    _, dashes, key, value = _head(line)
    if not (key or dashes) or not re.match(r"[@`%*&!,\]}]|[>|](?![+-]?\d*\s*(#|$))|[?-] ", value):
        return None
    head = line[: len(line) - len(value)]
    return _wrote(line, len(head), f"an unquoted text can't start with '{value[0]}'", head + quoted(value))


def _round_brackets(line: str) -> Slip | None:
    found = re.search(r": (\(([\w-]+: .*)\))$", line)
    if not found:
        return None
    return _wrote(line, found.start(1), "round brackets hold no condition", f"{line[: found.start(1)]}{{{found[2]}}}")


def _brackets(line: str) -> Slip | None:
    """Brackets that do not pair, a comma left out, or a comment that swallows the closing bracket."""
    start = len(line) - len(_value(line))
    if line[start : start + 1] not in ("[", "{"):
        return None
    bare = list(line)
    for opened, closed in _quotes(line):
        closed = closed or len(line)
        bare[opened:closed] = "'" * (closed - opened)
    open_brackets: list[int] = []
    for position in range(start, len(bare)):
        sign = bare[position]
        if sign == "#" and bare[position - 1] == " ":
            if open_brackets:
                return position, "' #' starts a comment, so the closing bracket is not read", "put the text in quotes"
            break
        if sign in "[{":
            open_brackets.append(position)
        elif sign in "]}":
            if not open_brackets:
                return _wrote(line, position, f"this '{sign}' closes nothing", line[:position] + line[position + 1 :])
            opening = bare[open_brackets.pop()]
            if opening + sign not in ("[]", "{}"):
                right = "]" if opening == "[" else "}"
                rest = line[position:] if open_brackets else line[position + 1 :]
                return _wrote(line, position, f"'{opening}' is closed with '{sign}'", line[:position] + right + rest)
    found = re.search(r"[{,] *[\w-]+: [^,{}\[\]'\"]*?( )[\w-]+: ", "".join(bare))
    if found:
        return _wrote(
            line, found.start(1), "a comma is missing here", f"{line[: found.start(1)]},{line[found.start(1) :]}"
        )
    return None


LOOKS: tuple[Callable[[str], Slip | None], ...] = (
    _merge_mark,
    _tab,
    _odd_space,
    _other_dash,
    _dash_without_space,
    _round_brackets,
    _quote,
    _sign_for_colon,
    _colon_without_space,
    _first_sign,
    _brackets,
)


def _no_colon(line: str) -> Slip:
    found = re.match(r"( *(?:- +)*)([\w-]+) *(.*)", line)
    position = len(line) - len(line.lstrip())
    if not found:
        return position, f"no colon on this line; you wrote: {_around(line)}", "write: key: value"
    right = f"{line[: found.end(2)].strip()}: {found[3] or '...'}"
    advice = f"write: {_around(right)}; or, if it goes on with the text above, start it further in than the key above"
    return position, f"no colon on this line; you wrote: {_around(line)}", advice


def _no_colon_above(lines: Lines, number: int, problem: str) -> Mistake | None:
    """The line above without a key, to which the text before a colon on this line was taken to belong."""
    above = _above(lines, number, 1)
    if "mapping values" not in problem or not above or _head(lines[above[0] - 1])[2]:
        return None
    return _at(above[0], _no_colon(lines[above[0] - 1]))


def _open_bracket(line: str, position: int) -> Slip:
    closing = "]" if line[position : position + 1] == "[" else "}"
    return _wrote(line, position, f"this '{line[position]}' is not closed", line.rstrip() + closing)


def _open_quote(lines: Lines, last: int) -> Mistake | None:
    """The nearest line, from `last` up, with a text whose quote does not close on it."""
    for number in range(min(last, len(lines)), 0, -1):
        line = lines[number - 1]
        start = next((start for start, end in _quotes(line) if not end), None)
        if start is not None:
            closing = re.search(r"[}\]]*$", line.rstrip()) if _value(line)[0] in "[{" else None
            end = closing.start() if closing else len(line.rstrip())
            right = line[:start] + quoted(line[start + 1 : end]) + line[end:]
            return _at(number, _wrote(line, start, f"the quote {line[start]} is not closed", right))
    return None


def _comment_in_text(lines: Lines, last: int) -> Mistake | None:
    """An unquoted text over several lines that ends early, because ' #' starts a comment in the line above `last`."""
    for number in _above(lines, last, 1):
        line = lines[number - 1]
        if (
            (position := line.find(" #")) > 0
            and _value(line)[:1] not in ("'", '"', "")
            and not _head(lines[last - 1])[2]
        ):
            what = "the text ends here, before '#'"
            return Mistake(
                number, position + 2, what, "put the whole text in quotes, or the comment on a line of its own"
            )
    return None


def _colon_in_text(line: str, position: int) -> Slip | None:
    _, _, key, value = _head(line)
    start = len(line) - len(value)
    if not key or position < start or not value:
        return None
    if re.fullmatch(r"[a-z-]+: [a-z-]+", value):
        return _wrote(line, position, "a second key on one line needs braces", f"{line[:start]}{{{value}}}")
    what = "a text with a colon and a space in it needs quotes"
    return _wrote(line, position, what, line[:start] + quoted(value))


def _column(line: str) -> int:
    """Where the key or text of a line starts, after its dashes."""
    indent, dashes, _, _ = _head(line)
    return len(indent + dashes)


def _indentation(lines: Lines, number: int) -> Mistake | None:
    """A line, or the one above it, that starts elsewhere than its neighbours."""
    line, above = lines[number - 1], _above(lines, number, 2)
    if not above or not line.strip():
        return None
    up, below = lines[above[-1] - 1], _below(lines, number)
    here, there = _column(line), _column(up)
    down = _column(lines[below - 1]) if below and lines[below - 1] != "..." else None
    indent, dashes, _, _ = _head(line)
    if dashes and len(indent) == there:
        return _at(number, _wrote(line, len(indent), "this dash starts no entry of a list", line[here:]))
    up_indent, up_dashes, up_key, _ = _head(up)
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
        return _at(above[-1], _wrote(up, there, f"the dash before '{up_key}' is missing", f"- {up.strip()}"))
    return _spaces(number, line, len(indent), there) if here != there else None


def _spaces(number: int, line: str, wrong: int, right: int) -> Mistake:
    what = f"this line starts with {_count(wrong)}, and the lines around it want {_count(right)}"
    return Mistake(number, wrong + 1, f"{what}; you wrote: {_around(line)}", f"write {_count(right)} before it")


def _count(spaces: int) -> str:
    return "no space" if spaces == 0 else "1 space" if spaces == 1 else f"{spaces} spaces"
