"""An outcome as plain data for other programs: what `flask rules decide --json` prints, and the HTTP API answers."""

from __future__ import annotations

from typing import Any

from ..rulebook.model import Caveat, Rulebook
from .outcome import Outcome, questions_to_ask
from .reference_code import encode


def outcome_json(rulebook: Rulebook, outcome: Outcome) -> dict[str, Any]:
    """The options with their reasons, and the words of every caveat that is shown."""
    return {
        "rulebook": rulebook.fingerprint,
        "answers": dict(outcome.answers),
        "areas": [area.id for area in outcome.areas],
        "reference": encode(rulebook, outcome.answers),
        "options": [
            {
                "option": result.option.id,
                "kind": result.option.kind,
                "verdict": result.row.verdict,
                "because": [{"rule": rule.id, "text": rule.because.text} for rule in result.row.because],
                "caveats": [caveat.id for caveat in result.row.caveats],
                "ask": list(questions_to_ask(rulebook, result)),
                "would-change": [
                    {change.question: change.choice, "verdict": change.verdict} for change in result.row.would_change
                ],
            }
            for result in outcome.results
        ],
        "caveats": {caveat.id: caveat_json(rulebook, caveat) for caveat in outcome.caveats.values()},
        "notes": [note.id for note in outcome.notes],
    }


def caveat_json(rulebook: Rulebook, caveat: Caveat) -> dict[str, Any]:
    """A caveat's words, and what they rest on."""
    claims = caveat.statement.claims
    return {
        "text": caveat.statement.text,
        "claims": list(claims),
        "passages": list(rulebook.passages(claims)),
        "rests-on": caveat.rests_on,
    }
