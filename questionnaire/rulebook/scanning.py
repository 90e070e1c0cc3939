"""YAML's events from a text: ruamel.yaml's own, with a shorter way through what rule files are mostly made of.

Its scanner looks at every character one by one. Here spaces, comments, plain words and quoted words are each found by
one regular expression; everything else, and every error, is left to it. A text with anything unusual in it (RARE) is
left to it as a whole. A test compares both for damaged files of every kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import StringMark
from ruamel.yaml.events import Event, ScalarEvent
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import CommentToken, ScalarToken

RARE = re.compile("[\r\x85\u2028\u2029\ufeff]|^%", re.MULTILINE)
"""Other ends of lines than ours, marks that take no column, and directives, which change what a sign means."""

BRACKETS = {
    "[": "fetch_flow_sequence_start",
    "]": "fetch_flow_sequence_end",
    "{": "fetch_flow_mapping_start",
    "}": "fetch_flow_mapping_end",
    ",": "fetch_flow_entry",
    "'": "fetch_single",
    '"': "fetch_double",
}
GAP = " \t\n\0"
BLANK = re.compile(r" *(?:#[^\n\0]*)?(?:\n *(?:#[^\n\0]*)?)*")
BLANK_IN_FLOW = re.compile(r"[ \t]*(?:#[^\n\0]*)?(?:\n[ \t]*(?:#[^\n\0]*)?)*")
WORD = r"(?>(?:[^ \t\n\0:]+|:(?![ \t\n\0]))+)"  # no "++": Python before 3.11.5 matches too much with it (gh-106052)
WORD_IN_FLOW = r"(?>(?:[^ \t\n\0:,\[\]{}]+|:(?![ \t\n\0]))+)"
WORDS, WORDS_IN_FLOW = (re.compile(rf"(?:{word}(?:(?> +)(?!#){word})*)?") for word in (WORD, WORD_IN_FLOW))
BETWEEN_WORDS = re.compile(r" *(?:\n[ \n]*)?")
QUOTED_WORD = re.compile(r"[^ \t\n\0'\"\\]*")
BETWEEN_QUOTED_WORDS = re.compile(r"[ \t]*(?![ \t\n\0])")


def events(text: str, yaml: YAML, quick: bool = True) -> Iterator[Event]:
    """The events of a text. `yaml`: new, and for this text alone; its resolver then knows the text's version."""
    if quick and not RARE.search(text):
        yaml.Reader, yaml.Scanner, yaml.Parser = QuickReader, QuickScanner, QuickParser
    found: Iterator[Event] = yaml.parse(text)
    return found


class QuickMark(StringMark):
    __slots__ = ()

    def __init__(self, name: str, index: int, line: int, column: int, buffer: str, pointer: int) -> None:
        self.name, self.index, self.line, self.column = name, index, line, column
        self.buffer, self.pointer = buffer, pointer


class QuickReader(Reader):
    def forward(self, length: int = 1) -> None:
        start, end = self.pointer, self.pointer + length
        if end > len(self.buffer):
            super().forward(length)  # and fails as it does
            return
        self.pointer = end
        self.index += length
        lines = self.buffer.count("\n", start, end)
        if lines:
            self.line += lines
            self.column = end - 1 - self.buffer.rindex("\n", start, end)
        else:
            self.column += length

    def get_mark(self) -> QuickMark:
        return QuickMark(self.name, self.index, self.line, self.column, self.buffer, self.pointer)

    def take(self, kind: re.Pattern[str]) -> str:
        """What is of this kind here, within its line, passed by; it may be nothing."""
        found = kind.match(self.buffer, self.pointer)
        assert found is not None
        length = found.end() - self.pointer
        self.pointer += length
        self.index += length
        self.column += length
        return found[0]

    def take_lines(self, kind: re.Pattern[str]) -> str:
        """The same of what may go on over several lines."""
        found = kind.match(self.buffer, self.pointer)
        assert found is not None
        self.forward(found.end() - self.pointer)
        return found[0]


class QuickScanner(Scanner):
    reader: Any = None  # theirs is a property, asked a hundred times for each word

    def __init__(self, loader: Any) -> None:
        self.reader = loader.reader
        super().__init__(loader)

    def check_token(self, *choices: type) -> bool:
        while not self.tokens or self.possible_simple_keys:
            if not self.need_more_tokens():
                break
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def need_more_tokens(self) -> bool:
        if self.done:
            return False
        if not self.tokens:
            return True
        if not self.possible_simple_keys:
            return False
        self.stale_possible_simple_keys()
        numbers = [key.token_number for key in self.possible_simple_keys.values()]
        return bool(numbers) and bool(min(numbers) == self.tokens_taken)

    def stale_possible_simple_keys(self) -> None:
        line, index = self.reader.line, self.reader.index
        for key in self.possible_simple_keys.values():
            if key.line != line or index - key.index > 1024:
                super().stale_possible_simple_keys()
                return

    def fetch_more_tokens(self) -> None:
        self.scan_to_next_token()
        self.stale_possible_simple_keys()
        self.unwind_indent(self.reader.column)
        sign = self.reader.peek()
        if sign.isalnum():
            self.fetch_plain()
        elif sign == ":" and self.check_value():
            self.fetch_value()
        elif sign in BRACKETS:
            getattr(self, BRACKETS[sign])()
        else:
            super().fetch_more_tokens()  # which does the first three again: nothing is left to do for them

    def scan_to_next_token(self) -> None:
        if self.reader.peek() not in " \n\t#":
            return
        passed = self.reader.take_lines(BLANK_IN_FLOW if self.flow_context else BLANK)
        if "\n" in passed and not self.flow_context:
            self.allow_simple_key = True

    def scan_plain(self) -> ScalarToken:
        reader, indent, in_flow = self.reader, self.indent + 1, bool(self.flow_context)
        start = end = reader.get_mark()
        chunks: list[str] = []
        spaces: list[str] | None = []
        while reader.peek() != "#":
            words = reader.take(WORDS_IN_FLOW if in_flow else WORDS)
            if not words:
                break
            self.allow_simple_key = False
            chunks += [*(spaces or ()), words]
            end = reader.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not in_flow and reader.column < indent):
                break
        token = ScalarToken("".join(chunks), True, start, end)
        if spaces and spaces[0] == "\n":  # theirs keeps these lines with the token, and so do we: nobody reads them
            token.add_post_comment(CommentToken("".join(spaces) + "\n", start, end))
        return token

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> list[str] | None:
        reader = self.reader
        passed = reader.take_lines(BETWEEN_WORDS)
        lines = passed.count("\n")
        if not lines:
            return [passed] if passed else []
        self.allow_simple_key = True
        if reader.prefix(3) in ("---", "...") and reader.column == 0 and reader.peek(3) in GAP:
            return None
        return ["\n"] * (lines - 1) or [" "]

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> list[str]:
        word = self.reader.take(QUOTED_WORD)
        chunks = [word] if word else []
        if self.reader.peek() not in GAP:
            chunks += super().scan_flow_scalar_non_spaces(double, start_mark)
        return chunks

    def scan_flow_scalar_spaces(self, double: bool, start_mark: Any) -> list[str]:
        if BETWEEN_QUOTED_WORDS.match(self.reader.buffer, self.reader.pointer):
            return [self.reader.take(BETWEEN_QUOTED_WORDS)]
        spaces: list[str] = super().scan_flow_scalar_spaces(double, start_mark)
        return spaces


class QuickParser(Parser):
    scanner: Any = None  # theirs is a property of a property

    def __init__(self, loader: Any) -> None:
        self.scanner = loader.scanner
        super().__init__(loader)

    def parse_node(self, block: bool = False, indentless_sequence: bool = False) -> Event:
        token = self.scanner.peek_token()
        if type(token) is not ScalarToken:
            event: Event = super().parse_node(block, indentless_sequence)
            return event
        self.scanner.get_token()
        self.state = self.states.pop()
        implicit = (True, False) if token.plain else (False, True)
        start, end = token.start_mark, token.end_mark
        return ScalarEvent(None, None, implicit, token.value, start, end, style=token.style, comment=token.comment)
