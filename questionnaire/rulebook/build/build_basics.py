"""What all parts of a file are built with: its shape and tree, conditions, and texts with their claims."""

from __future__ import annotations

from dataclasses import replace

from .. import schema
from ..declared_names import Files
from ..model import CitedText, Condition
from ..problems import Place
from ..schema_errors import S
from ..yaml_tree import Node


def file_of(files: Files, name: str, model: type[S]) -> tuple[S, Node]:
    """A file's shape, and the tree that knows where each part of it stands."""
    tree, shape = files.loaded[name]
    assert isinstance(shape, model)
    return shape, tree


def condition_of(when: str | dict[str, str | list[str]]) -> Condition:
    """The condition that a `when` is; one that always holds for the word `always`."""
    if isinstance(when, str):
        return Condition()
    return Condition(tuple((q, (given,) if isinstance(given, str) else tuple(given)) for q, given in when.items()))


def cited_text(text: str, claims: str | list[str] | None, place: Place) -> CitedText:
    """A text with what stands under its `claims`."""
    return CitedText(text, claims_of(claims), claims == "silent", place)


def claims_of(claims: str | list[str] | None) -> tuple[str, ...]:
    """The claims of a list, each once; none for the word `silent` or nothing."""
    return tuple(dict.fromkeys(claims)) if isinstance(claims, list) else ()


def cell_text(cell: str | schema.Said, place: Place) -> CitedText:
    """A cell of the grid, or a fact of an area: a text with its claims, or the article's silence."""
    if isinstance(cell, str):
        return cited_text("", "silent", place)
    return replace(cited_text(cell.text, cell.claims, place), also_ask=cell.also_ask)
