"""What the names and days in clinic.yaml lead to, and what its lines have to say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from . import schema
from .build.build_clinic import SUPPORT, TIME_TO_DECIDE
from .declared_names import Names
from .problems import Problem, error
from .schema import Shape
from .schema_errors import Path
from .yaml_tree import Node

UsedNames = tuple[str, str, Iterable[str], Iterable[str] | None]
"""Names that a block uses: the key, what they are names of, the names, and those that there are (None: not known)."""


def names_used(block: Shape, known: Names) -> Iterator[UsedNames]:
    """The names that a block of clinic.yaml uses."""
    if isinstance(block, schema.ClinicRuleShape | schema.ClinicAnswerShape | schema.SellsShape):
        yield "options", "option", block.options or (), known.options
    if isinstance(block, schema.ClinicRuleShape | schema.ClinicAnswerShape):
        yield "areas", "area", block.areas or (), known.areas
    if isinstance(block, schema.ClinicAnswerShape):
        yield "row", "row", [block.row], known.rows
    if isinstance(block, schema.SupportFirstShape | schema.HoldAtAskShape):
        yield "choices", "choice", block.choices, chain(*known.clinic_choices.values())


def kept_together(tree: Node, path: Path, block: Shape, known: Names) -> Iterator[Problem]:
    """Lines of a block that need each other."""
    if isinstance(block, schema.ClinicRuleShape | schema.ClinicAnswerShape):
        yield from _for_something(tree, path, block)
    since, until = vars(block).get("from_"), vars(block).get("until")
    if since and until and until < since:
        message = f"it ends on {until}, before it begins on {since}"
        yield error(tree.at(*path, "until"), "wrong-value", message, "put the later day under 'until'")
    if isinstance(block, schema.ClinicQuestionShape) and not (block.support_first or block.hold_at_ask):
        message = f"the answer to '{block.question}' changes nothing"
        yield error(tree.at(*path), "missing-key", message, "add 'support-first', 'hold-at-ask' or both")
    if isinstance(block, schema.ClinicFile):
        yield from _names_of_its_own(tree, block, known)


def _for_something(
    tree: Node, path: Path, block: schema.ClinicRuleShape | schema.ClinicAnswerShape
) -> Iterator[Problem]:
    what = "rule" if isinstance(block, schema.ClinicRuleShape) else "answer"
    if block.options is None and block.kinds is None and block.areas is None:
        message = f"the {what} '{getattr(block, what)}' does not say for which options it is"
        advice = "add 'options: [...]', 'kinds: [...]' or 'areas: [...]'"
        yield error(tree.at(*path, what), "missing-key", message, advice)


def _names_of_its_own(tree: Node, file: schema.ClinicFile, known: Names) -> Iterator[Problem]:
    """A problem for each name that is given to a line of its own, and that something else has as well."""
    asked = file.question
    if asked and asked.hold_at_ask and asked.question in [rule.rule for rule in file.rules]:
        message = f"the question '{asked.question}' has the name of a rule, and becomes one by 'hold-at-ask'"
        yield error(tree.at("question", "question"), "given-twice", message, "give one of them another name")
    made = [f"{TIME_TO_DECIDE}{kind}" for kind in file.time_to_decide]
    made += [f"{asked.question}{SUPPORT}"] if asked and asked.support_first else []
    for name in made:
        if name in (known.caveats or ()):
            message = f"a caveat is called '{name}', which is the name of what is written here"
            where = "question" if name.endswith(SUPPORT) else "time-to-decide"
            yield error(tree.at(where), "given-twice", message, "give the caveat another name")
