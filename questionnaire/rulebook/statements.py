"""Every text that visitors can read, found by one walk over the fields of the rulebook's dataclasses.

A field of texts is read by visitors unless it opts out: `field(metadata=HIDDEN)` (model/). So a new field is signed,
compared and checked without a line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .model import Choice, CitedText, Question, RestsOn, Rulebook
from .problems import Place


@dataclass(frozen=True)
class Statement:
    """A text that visitors can read. `path` leads to it from the rulebook: ("options", "hip-dips/exercise", "name").

    `unit` is what it is signed with: an option, an area, `questions`, `shared`, `clinic` or `pages`. `text` is empty
    where the article's silence is shown in its place. `origins`: the titles of the documents that it rests on.
    `also_ask`: it leaves its row's question open.
    """

    path: tuple[str, ...]
    unit: str
    text: str
    claims: tuple[str, ...]
    silent: bool
    by_clinic: bool
    cited: bool
    place: Place
    origins: tuple[str, ...] = ()
    also_ask: bool = False

    @property
    def id(self) -> str:
        """A name that stays: `hip-dips/exercise.summary`, `questions.area.choices.both.label`."""
        return ".".join(self.path[1:] if self.path[0] == "options" else self.path).replace("_", "-")

    @property
    def entry(self) -> tuple[str, ...]:
        """The part of the rulebook that it belongs to: ("options", "hip-dips/exercise")."""
        return self.path[:2]

    @property
    def must_rest(self) -> bool:
        """Whether it has to rest on the article: the fields that can have claims do, unless the clinic wrote them."""
        return self.cited and not self.by_clinic

    @property
    def rests_on(self) -> RestsOn | None:
        """What it rests on; None for labels, names and headings."""
        if self.by_clinic:
            return "clinic"
        if self.claims or self.path[0] == "claims":
            return "article"
        return "silence" if self.silent else None


def statements(rulebook: Rulebook, *within: str) -> Iterator[Statement]:
    """Every statement of a rulebook, in its order; with a path such as "options", "hip-dips/exercise" those below it.

    Raises KeyError for a path that leads nowhere, and TypeError for a field of a kind that can't be walked.
    """
    node = _Node((), type(rulebook), rulebook, Place(""), by_clinic=False)
    for step in within:
        node = node.child(step)
    for leaf in _leaves(node):
        cited = isinstance(leaf.value, CitedText)
        text = leaf.value if cited else CitedText(leaf.value, _claims(rulebook, leaf), False, leaf.place)
        if cited or text.text:
            unit = _unit(rulebook, *leaf.path[:2])
            yield Statement(
                path=leaf.path,
                unit=unit,
                text=text.text,
                claims=text.claims,
                silent=text.silent,
                by_clinic=leaf.by_clinic,
                cited=cited,
                place=text.place,
                origins=_origins(rulebook, leaf.path, text.claims),
                also_ask=text.also_ask,
            )


def _origins(rulebook: Rulebook, path: tuple[str, ...], claims: tuple[str, ...]) -> tuple[str, ...]:
    """The titles of the documents that a text rests on; a claim's own, and those of a document's parts."""
    if path[0] == "documents":
        return (rulebook.documents[path[1]].title,)
    if path[0] == "not_used":
        return (rulebook.document(path[1]).title,)
    return tuple(document.title for document in rulebook.origins((path[1],) if path[0] == "claims" else claims))


def _claims(rulebook: Rulebook, leaf: _Node) -> tuple[str, ...]:
    """What a plain text rests on: the claims of its question or choice, or those on its side of a conflict."""
    if leaf.path[:1] != ("conflicts",) or "sides" not in leaf.path:
        return leaf.claims
    side = rulebook.conflicts[leaf.path[1]].sides[int(leaf.path[3]) - 1]
    return tuple(claim.id for claim in rulebook.claims.values() if claim.passage in side.passages)


def _unit(rulebook: Rulebook, part: str, name: str = "") -> str:
    """What a statement of this part of the rulebook is signed with."""
    if part in ("options", "areas"):
        return name
    if part == "clinic" or (part == "questions" and rulebook.questions[name].by_clinic):
        return "clinic"
    if part != "caveats":
        return {"questions": "questions", "general_questions": "clinic"}.get(part, "shared")
    caveat = rulebook.caveats[name]
    if caveat.by_clinic:
        return "clinic"
    if len(caveat.options) == 1:
        option = rulebook.options.get(caveat.options[0])
        if option and option.place.file == caveat.place.file:
            return option.id
    return caveat.areas[0] if len(caveat.areas) == 1 else "shared"


@dataclass(frozen=True)
class _Node:
    """A value of the rulebook, its type, the way to it, its place or its owner's, and whether the clinic wrote it."""

    path: tuple[str, ...]
    hint: Any
    value: Any
    place: Place
    by_clinic: bool
    claims: tuple[str, ...] = ()

    def child(self, step: str) -> _Node:
        """The part of that name. Raises KeyError where there is none."""
        return self._part(step, *self._parts()[step])

    def children(self) -> Iterator[_Node]:
        """Every part that may hold statements."""
        for step, (hint, value) in self._parts().items():
            yield self._part(step, hint, value)

    def _parts(self) -> dict[str, tuple[Any, Any]]:
        value = self.value
        hint: Any = _required(self.hint)
        if hint in (bool, int, Place) or get_origin(hint) is Literal or (value is None and hint is not self.hint):
            return {}
        if isinstance(hint, type) and is_dataclass(hint):
            return {name: (part, getattr(value, name)) for name, part in _read_by_visitors(hint).items()}
        parts = get_args(hint)
        if get_origin(hint) is Mapping:
            return {name: (parts[1], part) for name, part in value.items()}
        if get_origin(hint) is tuple and parts[1:] == (...,):
            return {str(getattr(part, "id", number)): (parts[0], part) for number, part in enumerate(value, 1)}
        raise TypeError(f"{'.'.join(self.path)} is {hint}: statements.py can't walk it; hide the field, or teach it")

    def _part(self, step: str, hint: Any, value: Any) -> _Node:
        place = getattr(value, "place", self.place)
        by_clinic = getattr(value, "by_clinic", self.by_clinic)
        claims = value.claims if isinstance(value, Choice | Question) else self.claims
        return _Node((*self.path, step), hint, value, place, by_clinic, claims)


def _leaves(node: _Node) -> Iterator[_Node]:
    if node.hint in (str, CitedText):
        yield node
    else:
        for child in node.children():
            yield from _leaves(child)


def _required(hint: Any) -> Any:
    """The type of a part of the rulebook that may be left out (`Added | None`); any other type as it is."""
    parts = get_args(hint)
    return parts[0] if len(parts) == 2 and parts[1] is type(None) and is_dataclass(parts[0]) else hint


@cache
def _read_by_visitors(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass that visitors can read, with their types."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.metadata.get("visitors", True)}
