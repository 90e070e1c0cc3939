"""What answering one visitor costs, against the same rulebook in other rule engines.

Every engine must give the same as ours, or nothing is timed. Then all take turns over the same visits, round after
round; a ratio is that of one round.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from faults.report import Line, spread
from faults.running_site import our_tables
from questionnaire.decide.outcome import decide
from questionnaire.decide.routing import areas_in_scope, combinations
from questionnaire.decide.visit_verdicts import visits as all_visits
from questionnaire.rulebook.model import Answers

from .peers import ENGINES, Peer

ROUNDS, VISITS, SHORTEST = 7, 100, 0.02
"""Turns of each, the visits that each is timed on, and the seconds that one turn takes at least."""
OURS = "look-ups (ours)"
Run = Callable[[Answers], object]


def take_turns(contenders: dict[str, Run], visits: Sequence[Answers]) -> dict[str, list[float]]:
    """Microseconds a visit of every round, of each contender."""

    def turn(run: Run, times: int) -> float:
        start = time.perf_counter()
        for _ in range(times):
            for visit in visits:
                run(visit)
        return time.perf_counter() - start

    times = {name: max(1, round(SHORTEST / turn(run, 1))) for name, run in contenders.items()}
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            taken[name].append(turn(run, times[name]) / times[name] / len(visits) * 1e6)
    return taken


def compare(title: str, contenders: dict[str, Run], visits: Sequence[Answers]) -> None:
    """Raises RuntimeError where one gives anything else than ours."""
    for visit in visits:
        right = contenders[OURS](visit)
        for name, run in contenders.items():
            if run(visit) != right:
                raise RuntimeError(f"{name} differs from ours in {title} for {visit}, so nothing is timed")


def lines(long: bool) -> Iterator[Line]:
    """A full Outcome and verdicts alone, against each engine, on visits drawn from all that there can be."""
    tables, chance = our_tables(), random.Random(7)
    every, verdicts = list(combinations(tables.rulebook, None, tables.rulebook.questions)), all_visits(tables)
    assert verdicts
    scopes = {areas_in_scope(tables.rulebook, visit) for visit in every}
    peers = {name: Peer(tables.rulebook, engine, scopes) for name, engine in ENGINES.items()}
    contests: tuple[tuple[str, int, dict[str, Run]], ...] = (
        ("full Outcome", 10, {OURS: partial(decide, tables), **{name: p.outcome for name, p in peers.items()}}),
        ("verdicts alone", 30, {OURS: verdicts.verdicts, **{name: p.verdicts for name, p in peers.items()}}),
    )
    sample = chance.sample(every, len(every) if long else VISITS)
    for title, goal, contenders in contests:
        compare(title, contenders, sample)
        taken = take_turns(contenders, sample[:VISITS])
        for name in peers:
            ratios = [theirs / ours for theirs, ours in zip(taken[name], taken[OURS], strict=True)]
            measured = f"{spread(ratios)} times; {spread(taken[name])} against {spread(taken[OURS])} µs"
            met = sorted(ratios)[len(ratios) // 2] >= goal
            how_much = f"{len(sample):,} of {len(every):,} visits"
            yield Line(f"{title}: {name}", how_much, f"at least {goal} times ours", measured, met)
