"""Every mutant of some Python files, by the operators of mutmut: `python mutation/mutants.py FILE ...` prints JSON.

mutmut's own run switches between mutants that all stand in one module, by an environment variable. Rules are built in a
child process that inherits no environment, and mutmut leaves out what is decorated or stands outside functions. So only
its operators are used: each mutant here is the whole text of a file with one change, to be written to disk.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import NEVER_MUTATE_FUNCTION_CALLS, deep_replace
from mutmut.mutation.mutators import mutation_operators


class _Places(cst.CSTVisitor):
    """The nodes that may change, with the lines that they start in."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, cst.CSTNode]] = []
        self._depth = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._is_left_out(node):
            return False
        self._depth += isinstance(node, cst.FunctionDef | cst.ClassDef)
        if place := self.get_metadata(PositionProvider, node, None):
            self.found.append((place.start.line, node))
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        self._depth -= isinstance(node, cst.FunctionDef | cst.ClassDef) and not self._is_left_out(node)

    def _is_left_out(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Annotation() | cst.Decorator() | cst.Import() | cst.ImportFrom():
                return True
            case cst.Call(func=cst.Name(value=name)):  # as mutmut does: len and isinstance
                return name in NEVER_MUTATE_FUNCTION_CALLS
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__"))]):
                return True
            case cst.Assign(value=cst.Subscript() | cst.Call(func=cst.Name(value="TypeVar"))):
                return not self._depth  # the name of a type
        return False


def mutants(code: str) -> Iterator[tuple[int, str]]:
    """Each text that has one change, with the line of the change; those that Python can't read are left out."""
    wrapper = MetadataWrapper(cst.parse_module(code))
    places = _Places()
    wrapper.visit(places)
    met = {code}
    for line, node in places.found:
        for kind, operator in mutation_operators:
            for changed in operator(node) if isinstance(node, kind) else ():
                text = deep_replace(wrapper.module, node, changed).code
                if text not in met and _is_python(text):
                    met.add(text)
                    yield line, text


def _is_python(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def change(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, as they were and as they are."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return tuple(" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")


if __name__ == "__main__":
    made = []
    for name in sys.argv[1:]:
        whole = Path(name).read_text()
        for line, text in mutants(whole):
            was, became = change(whole, text)
            made.append({"file": name, "line": line, "was": was, "became": became, "text": text})
    json.dump(made, sys.stdout)
