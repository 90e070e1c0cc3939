"""Conditions, answers and verdicts as sentences that a clinician reads without knowing the files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..rulebook.model import Added, Condition, Kind, Rulebook, Verdict
from ..rulebook.statements import Statement

VERDICT: Mapping[Verdict, str] = {"fits": "fits", "ask": "worth asking about", "ruled-out": "ruled out"}
RULES_OF: Mapping[Verdict, str] = {
    "fits": "It fits",
    "ask": "It is worth asking about",
    "ruled-out": "It is ruled out",
}
KIND: Mapping[Kind, str] = {
    "self-care": "something one does oneself",
    "device": "a treatment with a device",
    "injection": "an injection",
    "surgery": "surgery",
}


def choices(rulebook: Rulebook, question: str, chosen: Collection[str | None]) -> str:
    """The labels of choices, in the question's order: “A”, “B” or “C”."""
    known = rulebook.questions[question].choices
    labels = [f"“{choice.label}”" for choice in known.values() if choice.id in chosen]
    return " or ".join(", ".join(labels).rsplit(", ", 1)) if len(labels) > 1 else "".join(labels)


def condition(rulebook: Rulebook, when: Condition) -> str:
    """A condition as the end of a sentence: “always”, or “if “…?” is answered with “A” or “B”, and …”."""
    lines = [
        f"“{rulebook.questions[question].ask}” is answered with {choices(rulebook, question, chosen)}"
        for question, chosen in when.lines
    ]
    return "if " + ", and ".join(lines) if lines else "always"


def short_condition(rulebook: Rulebook, when: Condition) -> str:
    """A condition in few words: “tolerance Surgery / Injections; timing Within weeks”; empty where it always holds."""
    return "; ".join(f"{question} {short_choices(rulebook, question, chosen)}" for question, chosen in when.lines)


def short_choices(rulebook: Rulebook, question: str, chosen: Collection[str | None]) -> str:
    """The labels of choices, in the question's order: A / B."""
    return " / ".join(choice.label for choice in rulebook.questions[question].choices.values() if choice.id in chosen)


def answers(rulebook: Rulebook, given: Mapping[str, str]) -> str:
    """Answers as question=choice words, as `flask rules decide` takes them; “any answers” where there are none."""
    return answer_words({question: given[question] for question in rulebook.questions if question in given}, " ")


def answer_words(given: Mapping[str, str], between: str = ", ") -> str:
    """Answers as question=choice words in the order in which they are given; “any answers” where there are none."""
    return between.join(f"{question}={choice}" for question, choice in given.items()) or "any answers"


def passages(rulebook: Rulebook, claims: tuple[str, ...]) -> str:
    """Where claims rest, for the end of a text: `[GHD-8.3]`, or nothing where there are none.

    Where a rulebook has several documents, each is named by its title: `[“Leaflet”: L1-1.1]`.
    """
    by_title = rulebook.passages_by_title(claims)
    parts = [(f"“{title}”: " if title else "") + ", ".join(some) for title, some in by_title.items()]
    return f"[{'; '.join(parts)}]" if parts else ""


def added(by_clinic: Added) -> str:
    """Where a line of the clinic's comes from and when it holds: “added by the clinic: Price list, 2026-11-01”."""
    days = [f"from {by_clinic.since}"] if by_clinic.since else []
    days += [f"until {by_clinic.until}"] if by_clinic.until else []
    return ", ".join([f"added by the clinic: {by_clinic.source}", by_clinic.dated, *days])


def rests_on(statement: Statement, name_documents: bool = False) -> str:
    """What a statement rests on: its claims (and the documents they are of), silence, the clinic, or nothing."""
    by_word = {"clinic": "the clinic", "silence": "silence"}
    claims = ", ".join(statement.claims)
    if name_documents and statement.origins:
        documents = " and ".join(f"“{title}”" for title in statement.origins)
        claims = f"{claims} of {documents}" if claims else documents
    return by_word.get(statement.rests_on or "", claims or "nothing")


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 option, 1,080 combinations."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str]) -> str:
    """Names as a list in a sentence, or “none”."""
    return ", ".join(names) or "none"
