"""The two forms that hold something: one question with its choices, and a reference code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wtforms import Form, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from ..rulebook.model import Question
from .language import gettext

FIELDS: Mapping[str, frozenset[str]] = {
    "pages.question": frozenset({"answer", "layout"}),
    "reference.reference": frozenset({"code"}),
    "pages.start_again": frozenset(),
    "keeping.keep": frozenset({"shown", "keep", "first", "then"}),
    "keeping.matters": frozenset(),
    "language.choose": frozenset({"language"}),
}
"""The fields that each form has, by its endpoint; anything else that is sent is refused (request_checks.py)."""

NAMED_BY_RULES = {"keeping.matters": re.compile("[a-z0-9-]{1,60}")}
"""What other fields of a form are called, by its endpoint: ids of the rulebook, of which views take those they know."""

LISTS = frozenset({"shown", "keep", "first"})
"""Fields that a form may send several times: one value for each option."""

MOST_FIELDS: Mapping[str, int] = {"keeping.keep": 200}
"""How many fields a form may send, by its endpoint, where they are more than request_checks.py allows."""


def has_field(endpoint: str, name: str) -> bool:
    """Whether the form of an endpoint may send a field of this name."""
    ids = NAMED_BY_RULES.get(endpoint)
    return name in FIELDS.get(endpoint, ()) or (ids is not None and ids.fullmatch(name) is not None)


class QuestionForm(Form):  # type: ignore[misc]
    """One question; the value of the answer is the choice's id.

    `layout`: the mark (visit.py) of the question as the page showed it; empty where whoever sends it left it out.
    """

    answer = RadioField(validate_choice=True, validators=[InputRequired()])
    layout = HiddenField()
    question: Question

    @classmethod
    def of(cls, question: Question, sent: Mapping[str, str] | None = None) -> QuestionForm:
        """The form of a question, with what was sent."""
        form = cls(sent)
        form.question = question
        form.answer.choices = [(choice.id, choice.label) for choice in question.choices.values()]
        return form

    def problem(self) -> str:
        """What is wrong with the form that was sent, in words for the visitor; empty where nothing is."""
        return "" if self.validate() else gettext("Choose an answer to “%(question)s”", question=self.question.ask)


class ReferenceForm(Form):  # type: ignore[misc]
    """A reference code as somebody types it."""

    code = StringField(validators=[InputRequired(), Length(max=60)])

    def problem(self) -> str:
        """What is wrong with the form that was sent, in words for the visitor; empty where nothing is."""
        if self.validate():
            return ""
        return gettext("This is too long for a code.") if self.code.data else gettext("Enter a reference code.")
