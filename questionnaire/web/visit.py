"""One visitor's way through the questions, as their cookie holds it: a frozen value, read and written without Flask.

The cookie is text such as `area=both&tried=yes&_layout=1a2b3c4d`: one `question=choice` pair for each answer, and
reserved pairs whose names start with `_`, which ids never do. Nothing in it is secret or signed. All of it is compared
with the closed lists of the rulebook, so that a forged cookie reaches only what anybody may answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from urllib.parse import parse_qsl, urlencode

from ..decide.reference_code import encode
from ..decide.routing import answered_and_asked, deciding, options_in_scope
from ..rulebook.model import Answers, Question, Rulebook
from ..rulebook.model.questions import MARK_LENGTH

LONGEST, LONGEST_WRITTEN = 4096, 3900
"""Bytes of a cookie that is read, and of one that is written: browsers drop one whose name, value and attributes have
more than 4,096 together.
"""

MOST_PAIRS = 500
"""Far more pairs than fit into a cookie."""

START, CHECK, OPTIONS = "_start", "_check", "_options"
"""Pages that a notice may belong to, besides the questions."""

_PLAIN = ("lost", "no-answers", "not-asked", "too-early", "changed", "new-rules", "cleared")
NOTICES = {**dict.fromkeys(_PLAIN, 0), "other-rules": 2, "own-code": 1}
"""What a visitor may have to be told, and how many reference codes the words name; notices.py has the words."""

LAYOUT, KEPT, MATTERS, NOTICE, RELEASE, SEEN = "_layout", "_kept", "_matters", "_notice", "_release", "_seen"
HOW_MUCH = ("lot", "little", "not")
"""How much something may matter to a visitor (rules/matters.yaml)."""
YES_NO = ("yes", "no")
"""Answers about being ready to decide."""
REFERENCE = re.compile(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5,35}")
RELEASE_NAME = re.compile(r"[\w-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class Notice:
    """What to tell on one page: a code of NOTICES, the page (a question's id, or START, CHECK or OPTIONS), and the
    reference codes that the words name.
    """

    code: str
    page: str
    references: tuple[str, ...] = ()

    def serialize(self) -> str:
        """The notice as the cookie holds it: `cleared._start`."""
        return ".".join((self.code, self.page, *self.references))


@dataclass(frozen=True)
class Visit:
    """The answers that count and what follows from them.

    `answers`: answers to questions that are asked, in the order of asking. `asked`: those questions, answered or not.
    `waiting`: answers to other questions, kept while a question is open that decides which are asked.
    `kept`: options that the visitor keeps for their list, those to compare first; once all is answered, options of the
    areas in scope alone.
    `matters`: how much each thing of matters.yaml matters to the visitor (HOW_MUCH), and what they answered about being
    ready to decide (YES_NO), by id.
    `changed`: whether an answer was dropped because its question or choice is no longer what it was.
    `notices`: what to tell. `release`: the earlier release whose rules a reference code brought back.
    `seen`: the rulebook of the last result that was shown.
    """

    rulebook: Rulebook = field(repr=False, compare=False)
    answers: Answers
    asked: tuple[Question, ...] = field(repr=False)
    waiting: Answers
    kept: tuple[str, ...] = ()
    matters: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False
    notices: tuple[Notice, ...] = ()
    release: str = ""
    seen: str = ""

    @staticmethod
    def of(rulebook: Rulebook, answers: Answers) -> Visit:
        """A visit with these answers, of which those count that can be given."""
        counting, asked = answered_and_asked(rulebook, answers)
        visit = Visit(rulebook, counting, tuple(asked), {})
        if visit.next is None or visit.next.id not in visit._gates:
            return visit
        return replace(visit, waiting={name: choice for name, choice in answers.items() if name not in counting})

    @staticmethod
    def parse(rulebook: Rulebook, text: str) -> Visit:
        """Read a cookie, whoever wrote it. What the rulebook does not know is left out."""
        try:
            text = text if len(text) <= LONGEST else ""
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PAIRS)
        except ValueError:
            pairs = []
        reserved = {name: value for name, value in pairs if name.startswith("_")}
        release, seen = (reserved.get(name, "") for name in (RELEASE, SEEN))
        answers, changed = _unchanged(
            rulebook, [pair for pair in pairs if not pair[0].startswith("_")], reserved.get(LAYOUT, "")
        )
        return replace(
            Visit.of(rulebook, answers).with_kept(reserved.get(KEPT, "").split(".")),
            matters=known_matters(rulebook, _by_id(reserved.get(MATTERS, ""))),
            changed=changed,
            notices=tuple(_notices(rulebook, (value for name, value in pairs if name == NOTICE))),
            release=release if RELEASE_NAME.fullmatch(release) else "",
            seen=seen if RELEASE_NAME.fullmatch(seen) else "",
        )

    def serialize(self) -> str:
        """The visit as the cookie holds it; empty where there is nothing to hold."""
        return self._serialized

    @cached_property
    def _serialized(self) -> str:
        answers = {**self.answers, **self.waiting}
        layout = "".join(self.rulebook.questions[question].layout_mark for question in answers)
        notices = [(NOTICE, notice.serialize()) for notice in self.notices]
        reserved = [(LAYOUT, layout), (KEPT, ".".join(self.kept))]
        reserved += [(MATTERS, ".".join(word for pair in self.matters.items() for word in pair)), *notices]
        reserved += [(RELEASE, self.release), (SEEN, self.seen)]
        return urlencode([(name, value) for name, value in (*answers.items(), *reserved) if value], safe="/")

    @property
    def too_large(self) -> bool:
        """Whether a browser might not keep this visit."""
        return len(self.serialize()) > LONGEST_WRITTEN

    @cached_property
    def next(self) -> Question | None:
        """The first question that is asked and has no answer yet; None where everything is answered."""
        return next((question for question in self.asked if question.id not in self.answers), None)

    @property
    def complete(self) -> bool:
        """Whether there is a result to show."""
        return bool(self.answers) and self.next is None

    @cached_property
    def reference(self) -> str:
        """The reference code of complete answers and of what is kept."""
        return encode(self.rulebook, self.answers, self.kept)

    @cached_property
    def _gates(self) -> frozenset[str]:
        return deciding(self.rulebook, None, self.rulebook.questions)

    def total(self, question: Question) -> int | None:
        """How many questions there are in all; None where the answer to this one or an open one may change that."""
        settled = all(asked.id in self.answers for asked in self.asked if asked.id in self._gates)
        return len(self.asked) if settled and question.id not in self._gates else None

    def decided_before(self, question: Question) -> Answers:
        """The answers to earlier questions that decide what is asked."""
        earlier = self.asked[: self.asked.index(question)]
        return {one.id: self.answers[one.id] for one in earlier if one.id in self._gates and one.id in self.answers}

    def can_answer(self, question: Question) -> bool:
        """Whether an answer to this question is taken: it has one, or it is the next one.

        Where earlier answers were dropped because their questions changed, any question that is asked can be answered,
        so that nobody loses the answer that they are just sending.
        """
        return question.id in self.answers or question is self.next or (self.changed and question in self.asked)

    def before(self, question: Question) -> Question | None:
        """The question that is asked before this one, if any."""
        return self.asked[self.asked.index(question) - 1] if question is not self.asked[0] else None

    def with_answer(self, question: Question, choice: str) -> Visit:
        """The visit with this answer, under the rules of now; answers to questions that are asked no longer go."""
        visit = Visit.of(self.rulebook, {**self.answers, **self.waiting, question.id: choice})
        return replace(visit.with_kept(self.kept), matters=self.matters, changed=self.changed, seen=self.seen)

    def with_kept(self, options: Iterable[str]) -> Visit:
        """The visit that keeps these options, each once, and none that there is not."""
        known = options_in_scope(self.rulebook, self.answers) if self.complete else self.rulebook.options
        return replace(self, kept=tuple(option for option in dict.fromkeys(options) if option in known))

    def cleared(self) -> Visit:
        """A visit without answers, which says so on the start page."""
        return Visit.of(self.rulebook, {}).with_notice("cleared", START)

    def with_notice(self, code: str, page: str, *references: str) -> Visit:
        """The visit with one more notice, for a page."""
        notice = Notice(code, page, references)
        return self if notice in self.notices else replace(self, notices=(*self.notices, notice))

    def on_page(self, page: str) -> Visit:
        """The visit once its visitor is on a page: the notices of other pages are told and gone."""
        notices = tuple(notice for notice in self.notices if notice.page == page)
        return self if notices == self.notices else replace(self, notices=notices)


def known_matters(rulebook: Rulebook, given: Mapping[str, str]) -> dict[str, str]:
    """What was given about what matters and about being ready, where the rulebook asks it and the answer is one."""
    words = {**dict.fromkeys(rulebook.matters, HOW_MUCH), **dict.fromkeys(rulebook.readiness, YES_NO)}
    return {name: given[name] for name, permitted in words.items() if given.get(name) in permitted}


def _by_id(text: str) -> dict[str, str]:
    """`soon.lot.settled.no` as {"soon": "lot", "settled": "no"}."""
    words = text.split(".")
    return dict(zip(words[::2], words[1::2], strict=False))


def _unchanged(rulebook: Rulebook, pairs: list[tuple[str, str]], layout: str) -> tuple[dict[str, str], bool]:
    """The answers whose questions are worded as they were, and whether there is any other.

    Answers without marks, which no page of ours writes, are taken where the rulebook knows them.
    """
    marks = [layout[start : start + MARK_LENGTH] for start in range(0, len(layout), MARK_LENGTH)]
    marked = len(marks) == len(pairs)
    answers = {}
    for (question_id, choice), mark in zip(pairs, marks if marked else repeat(""), strict=marked):
        question = rulebook.questions.get(question_id)
        if question and choice in question.choices and (not marked or question.layout_mark == mark):
            answers[question_id] = choice
    return answers, marked and len(answers) < len(pairs)


def _notices(rulebook: Rulebook, texts: Iterable[str]) -> Iterable[Notice]:
    for text in texts:
        code, _, rest = text.partition(".")
        page, *references = rest.split(".")
        known_page = page in (START, CHECK, OPTIONS) or page in rulebook.questions
        if known_page and NOTICES.get(code) == len(references) and all(map(REFERENCE.fullmatch, references)):
            yield Notice(code, page, tuple(references))
