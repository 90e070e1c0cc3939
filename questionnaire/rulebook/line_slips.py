"""The slips that can be recognised from one line of a rule file alone, each with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .characters import ODD_SPACE, name

WIDTH = 60
"""Of a long line, so many characters are quoted from the slip on, and half as many before it."""
DASHES = "–—‐‑‒―−•·●▪◦*+"
CURLY = {"“": "”", "„": "“”", "”": "”", "«": "»", "‘": "’", "‚": "‘’", "’": "’", "‹": "›"}
HEAD = re.compile(r"( *)((?:- +)*)(?:([^\s:#'\"\[\]{},][^\s:'\"\[\]{},]*):(?: +|$))?(.*)")
"""A line's indent, dashes, key and value; the key may be missing."""
QUOTE_OPENS = re.compile(r"([\[{,]|: |- ) *(['\"])")
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
Slip = tuple[int, str, str]
"""A slip within one line: its position in the line, counted from 0, what is wrong, and what to do."""


def slip_in(line: str) -> Slip | None:
    """The first slip that can be recognised from a line alone."""
    return next((slip for look in LOOKS if (slip := look(line))), None)


def in_curly_quotes(text: str) -> bool:
    """Whether a whole text stands in curly quotes, which were probably meant as YAML's own."""
    return len(text) > 1 and text[-1] in CURLY.get(text[0], "") and not set(text[1:-1]) & {text[0], text[-1]}


def quoted(text: str) -> str:
    """The text as YAML takes it whatever is in it."""
    return f"'{text.replace(chr(39), chr(39) * 2)}'" if '"' in text or "\\" in text else f'"{text}"'


def head(line: str) -> tuple[str, str, str, str]:
    """The indent, dashes, key and value of a line."""
    match = HEAD.fullmatch(line)
    assert match is not None
    return match[1], match[2], match[3] or "", match[4]


def value_of(line: str) -> str:
    """What stands after the indent, dashes and key of a line."""
    return head(line)[3]


def wrote(line: str, position: int, what: str, instead: str) -> Slip:
    """A slip for which the line can be quoted as it is and as it should be."""
    return position, f"{what}; you wrote: {around(line, position)}", f"write: {around(instead, position)}"


def around(line: str, position: int = 0) -> str:
    """The line, or of a long one the part around a position."""
    start, end = max(0, position - WIDTH // 2), position + WIDTH
    if len(line.strip()) <= WIDTH:
        return line.strip()
    return f"{'...' if start else ''}{line[start:end].strip()}{'...' if end < len(line) else ''}"


def quotes(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each quoted text that opens where a value starts; the end is 0 if it is not closed."""
    position = len(line) - len(value_of(line))
    if line[position : position + 1] not in ("'", '"', "[", "{"):
        return
    match = re.compile("()(['\"])").match(line, position) or QUOTE_OPENS.search(line, position)
    while match:
        start = match.start(2)
        closed = QUOTED.match(line, start)
        yield start, closed.end() if closed else 0
        match = QUOTE_OPENS.search(line, closed.end()) if closed else None


def curly_quote(line: str) -> Slip | None:
    """A curly quote where a value starts."""
    _, dashes, key, value = head(line)
    if value[:1] not in CURLY or not (key or dashes):
        return None
    text = value[1:-1] if value[-1] in CURLY[value[0]] else value[1:]
    before = line[: len(line) - len(value)]
    return wrote(line, len(before), "curly quotes are no quotes to YAML", before + quoted(text))


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
    if not found and value_of(line)[:1] in ("[", "{"):
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
    return wrote(line, found.start(2), what, f"- {found[3]}")


def _dash_without_space(line: str) -> Slip | None:
    found = re.match(r"( *)-([\w'\"\[{].*)", line)
    return wrote(line, found.end(1), "no space after the dash", f"- {found[2]}") if found else None


def _round_brackets(line: str) -> Slip | None:
    found = re.search(r": (\(([\w-]+: .*)\))$", line)
    if not found:
        return None
    return wrote(line, found.start(1), "round brackets hold no condition", f"{line[: found.start(1)]}{{{found[2]}}}")


def _quote(line: str) -> Slip | None:
    """A quote that closes before the text ends."""
    in_flow = value_of(line)[:1] in ("[", "{")
    for start, end in quotes(line):
        if not end or re.match(r"\s*([,\]}:]|$)" if in_flow else r"\s*(:|$)|\s+#", line[end:]):
            continue
        rest = line[end:].rstrip()
        if in_flow:
            rest = re.split(r"\s*(?:[,}\]]\s*[\w-]+:|[}\]]+$)", rest)[0]
        text = line[start:end] + rest
        what = f"the quote {line[start]} closes after {around(line[start:end])}, and the text goes on"
        right = line[:start] + quoted(_meant(text, end - start)) + line[start + len(text) :]
        return wrote(line, end - 1, what, right)
    return None


def _meant(text: str, end: int) -> str:
    """The text that was to stand in quotes, which the quote before `end` closed early.

    An apostrophe or an inner opening quote (`'fat's`, `"a "curve"`) belongs to the text, and the first quote does not;
    otherwise both do (`"#1" tip`).
    """
    if text[end : end + 1].isalnum() or text[end - 2] == " ":
        return text[1:].removesuffix(text[0])
    return text


def _colon_without_space(line: str) -> Slip | None:
    found = re.match(r"( *(?:- +)*[A-Za-z][\w-]*):(?!//)([^\s:].*)", line)
    if not found and value_of(line)[:1] in ("[", "{"):
        found = re.match(r"([^'\"]*[{,] *[A-Za-z][\w-]*):([^\s:/].*)", line)
    return wrote(line, found.end(1), "no space after the colon", f"{found[1]}: {found[2]}") if found else None


def _sign_for_colon(line: str) -> Slip | None:
    found = re.match(r"( *(?:- +)*[a-z][a-z-]*) *([;=：]) *(\S.*)", line)
    if not found:
        return None
    return wrote(line, found.start(2), f"'{found[2]}' stands where a colon belongs", f"{found[1]}: {found[3]}")


def _first_sign(line: str) -> Slip | None:
    _, dashes, key, value = head(line)
    if not (key or dashes) or not re.match(r"[@`%*&!,\]}]|[>|](?![+-]?\d*\s*(#|$))|[?-] ", value):
        return None
    before = line[: len(line) - len(value)]
    return wrote(line, len(before), f"an unquoted text can't start with '{value[0]}'", before + quoted(value))


def _brackets(line: str) -> Slip | None:
    """Brackets that do not pair, a comma left out, or a comment that swallows the closing bracket."""
    start = len(line) - len(value_of(line))
    if line[start : start + 1] not in ("[", "{"):
        return None
    bare = list(line)
    for opened, closed in quotes(line):
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
                return wrote(line, position, f"this '{sign}' closes nothing", line[:position] + line[position + 1 :])
            opening = bare[open_brackets.pop()]
            if opening + sign not in ("[]", "{}"):
                right = "]" if opening == "[" else "}"
                rest = line[position:] if open_brackets else line[position + 1 :]
                return wrote(line, position, f"'{opening}' is closed with '{sign}'", line[:position] + right + rest)
    found = re.search(r"[{,] *[\w-]+: [^,{}\[\]'\"]*?( )[\w-]+: ", "".join(bare))
    if found:
        return wrote(
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
