"""What would be made anew for every test, made once for all tests of a process; conftest.py puts it in place."""

import gc
import time
from contextlib import chdir
from functools import cache, lru_cache

from jinja2 import BytecodeCache

from questionnaire.decide.build_process import GATE, Child, Limits
from questionnaire.decide.build_tables import build
from questionnaire.decide.build_worker import answer
from questionnaire.gate import page_problems
from questionnaire.rulebook.fingerprint import of_value
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import Place, RulebookError
from questionnaire.rulebook.yaml_tree import Node, read, read_bytes

SHOWN = set()


class CompiledTemplates(BytecodeCache):
    """Templates are compiled once, however many applications render them."""

    def __init__(self):
        self.bytecode = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.bytecode:
            bucket.bytecode_from_string(self.bytecode[bucket.key])

    def dump_bytecode(self, bucket):
        self.bytecode[bucket.key] = bucket.bytecode_to_string()


class BuiltHere(Child):
    """Builds rules in the process of the test; test_build_process.py and whatever starts a server have a child do it."""

    def __init__(self, folder, limits=None, at=None, build=GATE):
        self.limits, self.started = limits or Limits(), time.time()
        self._folder, self._at, self._build = folder, at or ".", build

    def result(self):
        with chdir(self._at):
            text = answer(self._build, self._folder)
        gc.enable()
        return self._read(text.encode(), 0)

    def end(self):
        pass


@cache
def tables_of(folder):
    """The tables of a folder of the project that no test changes."""
    return build(load(folder))


def pages_once(tables):
    """As gate.page_problems: rules whose pages were all shown to one test are not shown to the next."""
    meaning = of_value(tables.rulebook)
    if meaning not in SHOWN and not (problems := page_problems(tables)):
        SHOWN.add(meaning)
    return [] if meaning in SHOWN else problems


def read_once(path, name, **how):
    """As yaml_tree.read: most tests change one of the rule files, and the others were parsed for a test before."""
    try:
        return _named(_parsed(path.read_bytes(), **how), name)
    except (OSError, RulebookError):
        return read(path, name, **how)


@lru_cache(maxsize=200)
def _parsed(data, **how):
    return read_bytes(data, "", **how)


def _named(node, name):
    value = node.value
    if isinstance(value, dict):
        value = {key: _named(part, name) for key, part in value.items()}
    elif isinstance(value, list):
        value = [_named(part, name) for part in value]
    keys = {key: Place(name, place.line, place.column) for key, place in node.keys.items()}
    comment = node.comment and Place(name, node.comment.line, node.comment.column)
    return Node(value, Place(name, node.place.line, node.place.column), keys, comment)
