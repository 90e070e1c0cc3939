"""What every rulebook is held to: promises, words, reading age, and what claims back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..problems import Place
from .basics import Condition, Kind, Verdict


@dataclass(frozen=True)
class Promise:
    """A sentence that must hold for every combination of answers that meets `when`, for the chosen options.

    Of an option: `never` these verdicts; `carries` or `lacks` these caveats; `because` of these rules, deciding or not;
    `asks` the questions of these rows of the grid; `same_verdict_as` another option; `going_further` along an order of
    choices never makes a verdict more cautious. Of areas: `notes` that are shown, `no_notes` that are not, and the one
    that `notes_begin_with`.
    """

    id: str
    says: str
    when: Condition
    options: tuple[str, ...]
    never: tuple[Verdict, ...]
    carries: tuple[str, ...]
    notes_begin_with: Mapping[str, str]
    going_further: tuple[str, tuple[str, ...]] | None
    place: Place
    lacks: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    same_verdict_as: str = ""
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def areas(self) -> frozenset[str]:
        """The areas of whose notes it speaks."""
        return frozenset([*self.notes, *self.no_notes, *self.notes_begin_with])


@dataclass(frozen=True)
class Word:
    """A word that no text may have, and why; `unless` are the phrases in which it may stand."""

    word: str
    because: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class ReasonWords:
    """Words that a rule's reason may not have (`never`), or of which it has to have one (`needs`).

    They hold under this verdict, and where the rule's condition has one of these answers and no other to the question.
    """

    verdict: Verdict | None
    answers: Condition
    never: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Allowed:
    """An exception from a check: the statement that it may ignore, and why. `text` is the statement's id."""

    check: str
    text: str
    because: str
    place: Place


@dataclass(frozen=True)
class Lexicon:
    """The words that the checks of meaning know (standards.yaml).

    `backed` need a claim that has them; `hedges` make a claim careful, and with `softeners` a text; `sure` harden one;
    `opposites` are pairs of groups; `negations` deny; `silences` say that the article says
    nothing; `treatments` are the names of each treatment; `asserting` turn a label into a statement of fact; `choices`
    are words of labels and hints, by the answers that they belong to.
    """

    backed: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    softeners: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    negations: tuple[str, ...] = ()
    silences: tuple[str, ...] = ()
    treatments: tuple[tuple[str, ...], ...] = ()
    asserting: tuple[str, ...] = ()
    reasons: tuple[ReasonWords, ...] = ()
    choices: tuple[ReasonWords, ...] = ()


@dataclass(frozen=True)
class Counterpart:
    """Words of the original, and those of which a translation of it then has one, and else none; but it may have one
    also for the words of `also_for`.
    """

    original: tuple[str, ...]
    said: tuple[str, ...]
    also_for: tuple[str, ...]


@dataclass(frozen=True)
class OfLanguage:
    """What texts in another language are held to.

    `words`: which no text may have. `counterparts`: how number words, times and promises of the original are said.
    `ease_of_...`: how easy texts have to be to read, by a formula made for the language; 0 where there is none.
    `words_of_...`: how many words a sentence may have at most, in a text, and on average in a file; 0 for any number.
    """

    words: tuple[Word, ...]
    counterparts: tuple[Counterpart, ...]
    ease_of_file: int
    ease_of_text: int
    words_of_file: int
    words_of_text: int


@dataclass(frozen=True)
class Standards:
    """What texts and options are held to. Reading ages are in years; `required`: {kind: caveats it always carries}."""

    words: tuple[Word, ...]
    names_left_aside: tuple[str, ...]
    age_of_file: int
    age_of_text: int
    required: Mapping[Kind, tuple[str, ...]]
    lexicon: Lexicon = Lexicon()
    exceptions: tuple[Allowed, ...] = ()
    languages: Mapping[str, OfLanguage] = field(default_factory=dict)
