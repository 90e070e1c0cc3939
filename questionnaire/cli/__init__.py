"""`flask rules ...`: parse, call, print; the only room that prints."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from importlib import import_module

import click
from flask.cli import AppGroup, with_appcontext

MODULES = {
    "check": "check_command",
    "decide": "decide_command",
    "diff": "compare_commands",
    "docs": "edit_commands",
    "explain": "read_commands",
    "fmt": "edit_commands",
    "mutants": "mutants_command",
    "new": "edit_commands",
    "publish": "release_commands",
    "releases": "release_commands",
    "report": "read_commands",
    "rollback": "release_commands",
    "show": "read_commands",
    "sign": "edit_commands",
    "statements": "read_commands",
    "table": "read_commands",
    "upgrade": "release_commands",
    "withdraw": "release_commands",
    "words": "readability_command",
}


PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "*"})
"""For terminals of old encodings: signs that have a plain neighbour."""


def _plain_sign(fault: UnicodeError) -> tuple[str, int]:
    """What is printed for characters that a terminal's encoding lacks: a plain neighbour, or a question mark."""
    assert isinstance(fault, UnicodeEncodeError)
    signs = unicodedata.normalize("NFKD", fault.object[fault.start : fault.end].translate(PLAIN))
    plain = "".join(sign if sign.isascii() else "?" for sign in signs if not unicodedata.combining(sign))
    return plain, fault.end


codecs.register_error("plain-sign", _plain_sign)


class _Commands(AppGroup):
    """Loads a command's module when it is asked for: the site itself needs none of them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command with output that no terminal's encoding can break."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="plain-sign")
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command = getattr(import_module(f".{MODULES[cmd_name]}", __name__), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        if command.callback is not None and not hasattr(command, "with_app"):
            command.callback = with_appcontext(command.callback)
            command.with_app = True  # type: ignore[attr-defined]
        return command


rules = _Commands("rules", help="Read, try, check, compare, sign and publish the rule files.")
