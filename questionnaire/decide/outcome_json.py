"""An outcome as plain data for other programs: what `flask rules decide --json` prints, and the HTTP API answers."""

from __future__ import annotations

from typing import Any

from ..rulebook.model import Added, Caveat, Rule, Rulebook
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
                "because": [_rule_json(rule) for rule in result.row.because],
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


def _rule_json(rule: Rule) -> dict[str, Any]:
    by_clinic = {"rests-on": "clinic", **_added_json(rule.added)} if rule.by_clinic else {}
    return {"rule": rule.id, "text": rule.because.text, **by_clinic}


def caveat_json(rulebook: Rulebook, caveat: Caveat) -> dict[str, Any]:
    """A caveat's words, and what they rest on: `documents` by title, none where it is silence or the clinic."""
    claims = caveat.statement.claims
    return {
        "text": caveat.statement.text,
        "claims": list(claims),
        "passages": list(rulebook.passages(claims)),
        "rests-on": caveat.rests_on,
        "documents": [document.title for document in rulebook.origins(claims)],
        **_added_json(caveat.added),
    }


def _added_json(added: Added | None) -> dict[str, str]:
    """Where a line of the clinic's comes from, and when it holds, as far as it says so."""
    if added is None:
        return {}
    days = {"from": added.since, "until": added.until}
    return {"source": added.source, "dated": added.dated, **{name: day for name, day in days.items() if day}}
