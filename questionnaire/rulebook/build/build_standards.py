"""promises.yaml and standards.yaml to what every rulebook is held to."""

from __future__ import annotations

from .. import schema
from ..model import KINDS, Allowed, Counterpart, Lexicon, OfLanguage, Option, Promise, ReasonWords, Standards, Word
from ..problems import Place
from ..yaml_tree import Node
from .build_basics import condition_of
from .build_clinic import chosen


def build_promise(p: schema.PromiseShape, place: Place, options: dict[str, Option]) -> Promise:
    """A promise of promises.yaml."""
    further = p.going_further
    return Promise(
        id=p.promise,
        says=p.says,
        when=condition_of(p.when),
        options=chosen(options, p.for_.areas, p.for_.kinds, p.for_.options),
        never=tuple(p.never),
        carries=tuple(p.carries),
        notes_begin_with=dict(p.notes_begin_with),
        going_further=(further.question, tuple(further.order)) if further else None,
        place=place,
        lacks=tuple(p.lacks),
        because=tuple(p.because),
        asks=tuple(p.asks),
        same_verdict_as=p.same_verdict_as or "",
        notes={area: tuple(notes) for area, notes in p.notes.items()},
        no_notes={area: tuple(notes) for area, notes in p.no_notes.items()},
    )


def build_standards(s: schema.StandardsFile, tree: Node) -> Standards:
    """What standards.yaml holds every text to."""
    return Standards(
        words=tuple(Word(w.word, w.because, tuple(w.unless)) for w in s.words),
        names_left_aside=tuple(s.names_left_aside),
        age_of_file=s.reading_age.each_file,
        age_of_text=s.reading_age.each_text,
        required={kind: tuple(c for r in s.required_caveats if kind in r.kinds for c in r.caveats) for kind in KINDS},
        lexicon=Lexicon(
            backed=tuple(s.backed_words),
            hedges=tuple(s.hedges),
            softeners=tuple(s.softeners),
            sure=tuple(s.sure),
            opposites=tuple((tuple(pair.one), tuple(pair.other)) for pair in s.opposites),
            negations=tuple(s.negations),
            silences=tuple(s.silences),
            treatments=tuple(map(tuple, s.treatments)),
            asserting=tuple(s.asserting),
            reasons=tuple(
                ReasonWords(r.verdict, condition_of(r.answers or {}), tuple(r.never), tuple(r.needs)) for r in s.reasons
            ),
            choices=tuple(
                ReasonWords(None, condition_of(c.answers), tuple(c.never), tuple(c.needs)) for c in s.choices
            ),
        ),
        exceptions=tuple(
            Allowed(e.check, e.text, e.because, tree.at("exceptions", step)) for step, e in enumerate(s.exceptions)
        ),
        languages={language: _of_language(shape) for language, shape in s.languages.items()},
    )


def _of_language(s: schema.OfLanguageShape) -> OfLanguage:
    ease, length = s.reading_ease, s.sentence_words
    return OfLanguage(
        words=tuple(Word(w.word, w.because, tuple(w.unless)) for w in s.words),
        counterparts=tuple(Counterpart(tuple(c.original), tuple(c.said), tuple(c.also_for)) for c in s.counterparts),
        ease_of_file=ease.each_file if ease else 0,
        ease_of_text=ease.each_text if ease else 0,
        words_of_file=length.each_file if length else 0,
        words_of_text=length.each_text if length else 0,
    )
