"""`flask rules ...` and `flask desk ...`: parse, call, print; the only room that prints."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

MODULES = {
    "bundle_commands": ["bundle", "release-key"],
    "check_command": ["check"],
    "compare_commands": ["diff"],
    "decide_command": ["decide"],
    "edit_commands": ["docs", "fmt", "new", "sign"],
    "export_command": ["export"],
    "guided_commands": ["accept", "answer-all", "hold", "rename", "retire"],
    "mutants_command": ["mutants"],
    "withdraw_option_commands": ["restore-option", "withdraw-option"],
    "read_commands": ["explain", "read", "report", "show", "statements", "table", "unsigned"],
    "readability_command": ["words"],
    "translate_command": ["translate"],
    "release_commands": ["publish", "releases", "rollback", "upgrade", "withdraw"],
}
DESK_MODULES = {"desk_commands": ["invite", "log", "remarks", "welcome"]}
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

    def __init__(self, name: str, modules: Mapping[str, list[str]], **how: Any) -> None:
        super().__init__(name, **how)
        self.module_of = {command: module for module, commands in modules.items() for command in commands}

    def invoke(self, ctx: click.Context) -> object:
        """Run a command with output that no terminal's encoding can break."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="plain-sign")
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.module_of)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(self.module_of[cmd_name], cmd_name) if cmd_name in self.module_of else None


@cache
def _command(module: str, name: str) -> click.Command:
    command: click.Command = getattr(import_module(f".{module}", __name__), f"{name.replace('-', '_')}_command")
    assert command.callback is not None
    command.callback = with_appcontext(command.callback)
    return command


rules = _Commands("rules", MODULES, help="Read, try, check, compare, sign and publish the rule files.")
desk = _Commands("desk", DESK_MODULES, help="Let people in to the desk, and see what was done and said there.")
