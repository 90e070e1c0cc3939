"""What somebody probably did where YAML does not understand a rule file, and what to write instead.

The parser says where it gave up, which is often below the slip, in words about tokens. Here the lines themselves are
looked at first: each alone, then beside its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .characters import ODD_SPACE, name

WIDTH = 60
"""Of a long line, so many characters are quoted from the slip on, and half as many before it."""
LINES_ABOVE = 2
"""So many lines above the parser's own place are looked at as well."""
CURLY = {"“": "”", "„": "“”", "”": "”", "«": "»", "‘": "’", "‚": "‘’", "’": "’", "‹": "›"}
KEY = r"[^\s:#'\"\[\]{},][^\s:'\"\[\]{},]*"
NAME = r"[A-Za-z][\w-]*"
HEAD = re.compile(rf"( *)((?:- +)*)(?:({KEY}):(?: +|$))?(.*)")
"""A line's indent, dashes, key and value; the key may be missing."""
IN_BRACKETS = rf"^(?= *(?:- +)*(?:{KEY}: +)?[\[{{])"
QUOTE_OPENS = re.compile(r"([\[{,]|: |- ) *(['\"])")
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
MERGE_MARK = r"^(?P<at><{7}|\|{7}|={7}|>{7})( |$)"
SLIPS = (
    (
        MERGE_MARK,
        "git left the mark '{at}' here, because two people changed the same lines",
        "keep one of the two versions, and delete the lines that start with <<<<<<<, ======= and >>>>>>>",
    ),
    (r"(^[ -]*|: *)(?P<at>\t)", "a tab stands here", "delete it and type spaces"),
    (
        rf"(^[ -]*({NAME}: *)?|{IN_BRACKETS}.*?[\[{{,] *({NAME}: *)?)(?P<at>[{ODD_SPACE}])",
        "the character {name} looks like a space and is none",
        "delete it and type a space",
    ),
    (
        r"^ *(?P<at>[–—‐‑‒―−•·●▪◦*+])\s+(?P<after>\S.*)",
        "'{at}' ({name:.6}) does not start an entry of a list",
        "write: - {after}",
    ),
    (r"^ *(?P<at>-)(?P<after>[\w'\"\[{].*)", "no space after the dash", "write: - {after}"),
    (
        r"^(?P<before>.*?: )(?P<at>\()(?P<after>[\w-]+: .*)\)$",
        "round brackets hold no condition",
        "write: {before}{{{after}}}",
    ),
    (
        r"^(?P<before> *(- +)*[a-z][a-z-]*) *(?P<at>[;=：]) *(?P<after>\S.*)",
        "'{at}' stands where a colon belongs",
        "write: {before}: {after}",
    ),
    (
        rf"^(?P<before> *(- +)*{NAME})(?P<at>:)(?!//)(?P<after>[^\s:].*)",
        "no space after the colon",
        "write: {before}: {after}",
    ),
    (
        rf"{IN_BRACKETS}(?P<before>[^'\"]*[{{,] *{NAME})(?P<at>:)(?P<after>[^\s:/].*)",
        "no space after the colon",
        "write: {before}: {after}",
    ),
    (
        rf"^(?P<before> *((- +)++({KEY}: +)?+|{KEY}: +))"
        r"(?P<text>(?P<at>[@`%*&!,\]}]|[>|](?![+-]?\d*\s*(#|$))|[?-](?= )).*)",
        "an unquoted text can't start with '{at}'",
        "write: {before}{quoted}",
    ),
)
"""What can be seen in one line alone: how to recognise it, what is wrong, and what to do.

`at` is where the slip is, {name} its character's name, {quoted} the group `text` in quotes. Where the advice starts
with "write: ", the line is quoted beside it.
"""
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
Slip = tuple[int, str, str]
"""A slip within one line: its position in the line, counted from 0, what is wrong, and what to do."""
Mistake = tuple[int, int, str, str]
"""A slip in a file: its line and column, counted from 1, what is wrong, and what to do."""


def explain(lines: Lines, at: tuple[int, int], context: tuple[int, int], reading: str, problem: str) -> Mistake:
    """The slip behind an error of the parser.

    `at`: the line and column where the parser gave up; `context`: those where the thing began that it was reading;
    `reading` and `problem`: its own words for both, shown only where no slip is recognised.
    """
    number, column = min(at[0], len(lines)), at[1]
    began = context[0] if re.search("simple key|scalar|flow", reading) else number
    marked = [n for n, line in enumerate(lines, 1) if re.match(MERGE_MARK, line)][:1]
    for near in [*marked, *dict.fromkeys([began, *_above(lines, number, LINES_ABOVE), number])]:
        if slip := _slip(lines[near - 1]):
            return _at(near, slip)
    line, first = lines[number - 1], lines[began - 1]
    if slip := _curly_quote(first):
        return _at(began, slip)
    if "simple key" in reading:
        return _at(began, _no_colon(first))
    if mistake := _comment_in_text(lines, number):
        return mistake
    if re.search("quoted|flow|scalar", reading + problem) and (mistake := _open_quote(lines, number)):
        return mistake
    if "flow" in reading:
        bracket = first[context[1] - 1]
        right = first.rstrip() + ("]" if bracket == "[" else "}")
        return _at(began, _wrote(first, context[1] - 1, f"this '{bracket}' is not closed", right))
    if "document separator" in problem:
        return *context, "the quote that opens here is not closed", "close it, or put the text in other quotes"
    if "escape" in problem:
        advice = "write it twice, or put the text in single quotes"
        return number, column, "a backslash in double quotes stands for a code", advice
    if "chomping" in problem or "line break" in problem:
        return number, column, "after '|' or '>' the text starts on the next line", "put the text in quotes"
    if "mapping values" in problem:
        if slip := _colon_in_text(line, column - 1):
            return _at(number, slip)
        above = _above(lines, number, 1)
        if above and not _head(lines[above[0] - 1])[2]:  # the text before the colon was taken to belong to that line
            return _at(above[0], _no_colon(lines[above[0] - 1]))
    if mistake := _indentation(lines, number):
        return mistake
    if match := re.search(r"found character '(.*)' that cannot start", problem):
        sign = "a tab" if match[1] == "\\t" else match[1]
        return number, column, f"no text can start with {sign}", "put quotes around the text, or delete the sign"
    for words, plain in PLAIN_ENGLISH.items():
        problem = problem.replace(words, plain)
    return number, column, f"this can't be read as YAML ({problem})", LOOK_HERE


def of_key(lines: Lines, line: int, column: int, key: str) -> Mistake | None:
    """The slip in a key that YAML takes and that can't be meant: keys here hold no space, colon or sign."""
    if re.fullmatch(r"(?!-)[\w./-]+", key):
        return None
    if slip := _slip(lines[line - 1]):
        return _at(line, slip)
    if not key:
        return line, column, "the key before the colon is missing", "write: key: value"
    if lines[line - 1][column - 1 + len(key) :].startswith(":"):
        advice = f"write: {re.sub(r'[^a-z0-9]+', '-', key.lower()).strip('-')}:"
        return line, column, f"a key can't be '{key}': keys hold letters, digits and hyphens alone", advice
    if match := re.fullmatch(r"([\w-]+) (.+)", key):
        return line, column, f"no colon in '{key}'", f"write: {match[1]}: {match[2]}"
    return line, column, f"a key can't be '{key}'", "use letters, digits and hyphens alone"


def in_curly_quotes(text: str) -> bool:
    """Whether a whole text stands in curly quotes, which were probably meant as YAML's own."""
    return len(text) > 1 and text[-1] in CURLY.get(text[0], "") and not set(text[1:-1]) & {text[0], text[-1]}


def quoted(text: str) -> str:
    """The text as YAML takes it whatever is in it."""
    return f"'{text.replace(chr(39), chr(39) * 2)}'" if '"' in text or "\\" in text else f'"{text}"'


def _slip(line: str) -> Slip | None:
    """The first slip that can be recognised from a line alone."""
    for pattern, what, advice in SLIPS:
        if match := re.search(pattern, line):
            groups = match.groupdict()
            groups |= {"name": name(groups["at"][0]), "quoted": quoted(groups.get("text", ""))}
            what, position = what.format(**groups), match.start("at")
            if advice.startswith("write: "):
                return _wrote(line, position, what, advice.removeprefix("write: ").format(**groups))
            return position, what, advice
    return _quote(line) or _brackets(line)


def _head(line: str) -> tuple[str, str, str, str]:
    """The indent, dashes, key and value of a line."""
    indent, dashes, key, value = HEAD.findall(line)[0]
    return indent, dashes, key, value


def _wrote(line: str, position: int, what: str, instead: str) -> Slip:
    """A slip for which the line can be quoted as it is and as it should be."""
    return position, f"{what}; you wrote: {_around(line, position)}", f"write: {_around(instead, position)}"


def _around(line: str, position: int = 0) -> str:
    """The line, or of a long one the part around a position."""
    start, end = max(0, position - WIDTH // 2), position + WIDTH
    if len(line.strip()) <= WIDTH:
        return line.strip()
    return f"{'...' if start else ''}{line[start:end].strip()}{'...' if end < len(line) else ''}"


def _quotes(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each quoted text that opens where a value starts; the end is 0 if it is not closed."""
    position = len(line) - len(_head(line)[3])
    if line[position : position + 1] not in ("'", '"', "[", "{"):
        return
    match = re.compile("()(['\"])").match(line, position) or QUOTE_OPENS.search(line, position)
    while match:
        start = match.start(2)
        closed = QUOTED.match(line, start)
        yield start, closed.end() if closed else 0
        match = QUOTE_OPENS.search(line, closed.end()) if closed else None


def _curly_quote(line: str) -> Slip | None:
    """A curly quote where a value starts."""
    _, dashes, key, value = _head(line)
    if value[:1] not in CURLY or not (key or dashes):
        return None
    text = value[1:-1] if value[-1] in CURLY[value[0]] else value[1:]
    before = line[: len(line) - len(value)]
    return _wrote(line, len(before), "curly quotes are no quotes to YAML", before + quoted(text))


def _quote(line: str) -> Slip | None:
    """A quote that closes before the text ends."""
    in_flow = _head(line)[3][:1] in ("[", "{")
    for start, end in _quotes(line):
        if not end or re.match(r"\s*([,\]}:]|$)" if in_flow else r"\s*(:|$)|\s+#", line[end:]):
            continue
        rest = line[end:].rstrip()
        if in_flow:
            rest = re.split(r"\s*(?:[,}\]]\s*[\w-]+:|[}\]]+$)", rest)[0]
        text = meant = line[start:end] + rest
        # An apostrophe or an inner opening quote (`'fat's`, `"a "curve"`) belongs to the text, and the first quote does
        # not; otherwise both do (`"#1" tip`).
        if rest[:1].isalnum() or line[end - 2] == " ":
            meant = text[1:].removesuffix(text[0])
        what = f"the quote {line[start]} closes after {_around(line[start:end])}, and the text goes on"
        return _wrote(line, end - 1, what, line[:start] + quoted(meant) + line[start + len(text) :])
    return None


def _brackets(line: str) -> Slip | None:
    """Brackets that do not pair, a comma left out, or a comment that swallows the closing bracket."""
    start = len(line) - len(_head(line)[3])
    if line[start : start + 1] not in ("[", "{"):
        return None
    bare = line
    for opened, closed in _quotes(line):
        closed = closed or len(line)
        bare = bare[:opened] + "'" * (closed - opened) + bare[closed:]
    opening = ""
    for match in re.compile(r"[\[\]{}]|(?<= )#").finditer(bare, start):
        sign, position = match[0], match.start()
        if sign == "#":
            if opening:
                return position, "' #' starts a comment, so the closing bracket is not read", "put the text in quotes"
            break
        if sign in "[{":
            opening += sign
        elif not opening:
            return _wrote(line, position, f"this '{sign}' closes nothing", line[:position] + line[position + 1 :])
        else:
            bracket, opening = opening[-1], opening[:-1]
            right = "]" if bracket == "[" else "}"
            if sign != right:
                rest = line[position:] if opening else line[position + 1 :]
                return _wrote(line, position, f"'{bracket}' is closed with '{sign}'", line[:position] + right + rest)
    if missing := re.search(r"[{,] *[\w-]+: [^,{}\[\]'\"]*?( )[\w-]+: ", bare):
        position = missing.start(1)
        return _wrote(line, position, "a comma is missing here", f"{line[:position]},{line[position:]}")
    return None


def _at(line: int, slip: Slip) -> Mistake:
    return line, slip[0] + 1, *slip[1:]


def _above(lines: Lines, line: int, count: int) -> list[int]:
    """The nearest lines above that are neither blank nor comments, from the upmost down."""
    above = [n for n in range(min(line - 1, len(lines)), 0, -1) if not re.match(r"\s*(#|$)", lines[n - 1])]
    return above[:count][::-1]


def _no_colon(line: str) -> Slip:
    what = f"no colon on this line; you wrote: {_around(line)}"
    advice = "write: key: value"
    if match := re.match(r"( *(?:- +)*[\w-]+) *(.*)", line):
        right = f"{match[1].strip()}: {match[2] or '...'}"
        advice = (
            f"write: {_around(right)}; or, if it goes on with the text above, start it further in than the key above"
        )
    return len(line) - len(line.lstrip()), what, advice


def _open_quote(lines: Lines, last: int) -> Mistake | None:
    """The nearest line, from `last` up, with a text whose quote does not close on it."""
    for number in range(min(last, len(lines)), 0, -1):
        line = lines[number - 1]
        start = next((start for start, end in _quotes(line) if not end), None)
        if start is not None:
            closing = re.search(r"[}\]]*$", line.rstrip()) if _head(line)[3][0] in "[{" else None
            end = closing.start() if closing else len(line.rstrip())
            right = line[:start] + quoted(line[start + 1 : end]) + line[end:]
            return _at(number, _wrote(line, start, f"the quote {line[start]} is not closed", right))
    return None


def _comment_in_text(lines: Lines, last: int) -> Mistake | None:
    """An unquoted text over several lines that ends early, because ' #' starts a comment in the line above `last`."""
    for number in _above(lines, last, 1):
        line = lines[number - 1]
        unquoted = _head(line)[3][:1] not in ("'", '"', "")
        if (position := line.find(" #")) > 0 and unquoted and not _head(lines[last - 1])[2]:
            advice = "put the whole text in quotes, or the comment on a line of its own"
            return number, position + 2, "the text ends here, before '#'", advice
    return None


def _colon_in_text(line: str, position: int) -> Slip | None:
    _, _, key, value = _head(line)
    start = len(line) - len(value)
    if not key or position < start or not value:
        return None
    if re.fullmatch(r"[a-z-]+: [a-z-]+", value):
        return _wrote(line, position, "a second key on one line needs braces", f"{line[:start]}{{{value}}}")
    return _wrote(line, position, "a text with a colon and a space in it needs quotes", line[:start] + quoted(value))


def _column(line: str) -> int:
    """Where the key or text of a line starts, after its dashes."""
    return len("".join(_head(line)[:2]))


def _indentation(lines: Lines, number: int) -> Mistake | None:
    """A line, or the one above it, that starts elsewhere than its neighbours."""
    line, above = lines[number - 1], _above(lines, number, 2)
    if not above or not line.strip():
        return None
    up = lines[above[-1] - 1]
    here, there = _column(line), _column(up)
    below = next((other for other in lines[number:] if not re.match(r"\s*(#|$)", other)), "...")
    down = _column(below) if below != "..." else None
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
    in_a_list = up_key and any(re.match(rf" *- +{re.escape(up_key)}:", other) for other in lines)
    if in_a_list and not up_dashes and here == there + 2:
        return _at(above[-1], _wrote(up, there, f"the dash before '{up_key}' is missing", f"- {up.strip()}"))
    return _spaces(number, line, len(indent), there) if here != there else None


def _spaces(number: int, line: str, wrong: int, right: int) -> Mistake:
    wrong_count, right_count = (
        "no space" if count == 0 else "1 space" if count == 1 else f"{count} spaces" for count in (wrong, right)
    )
    what = f"this line starts with {wrong_count}, and the lines around it want {right_count}"
    return number, wrong + 1, f"{what}; you wrote: {_around(line)}", f"write {right_count} before it"
