"""What answering one visitor costs, against the same rulebook in other rule engines, and what it allocates.

Run by `make bench`. Every peer must give the same as ours on visits that reach every row of every table, or nothing is
timed. Then all take turns over the same visits, round after round; a ratio is that of one round, theirs against ours,
and the table gives the median and the middle half of the rounds. (pyperf runs one contender after another; taking turns
keeps the ratios steady on a machine that does other things too.)
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

import made_up_rules
from peers_engines import PEERS
from peers_translation import Decider, Translation
from table import Report, machine, number, options, spread

from questionnaire.decide.all_visits import visits as every_visit
from questionnaire.decide.build_tables import DecisionTables, build, key
from questionnaire.decide.outcome import Outcome, decide
from questionnaire.decide.routing import areas_in_scope, combinations
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Answers, Rulebook

ROUNDS = 11
EVERY = 73  # of 7,291 visits: 100, spread over all the answers
SHORTEST = 0.02  # seconds of one turn
OURS = "look-ups (ours)"
FULL, VERDICTS, NO_CHANGES = "full Outcome", "verdicts alone", "Outcome without would-change"
GOALS = {FULL: 10, VERDICTS: 30}
SIZES = (15, 100, 1000)
QUESTIONS = 60
FEW = 4
OUTCOMES = 1000
RULES = Path(__file__).resolve().parent.parent / "rules"
Run = Callable[[Answers], object]


def covering(tables: DecisionTables, visits: Sequence[Answers]) -> list[Answers]:
    """The visits that reach a row of a table that none before has reached: together, every row of every table."""
    rulebook = tables.rulebook
    reached, found = set(), []
    for visit in visits:
        areas = areas_in_scope(rulebook, visit)
        inside = [tables.options[option] for area in areas for option in rulebook.areas[area].options]
        rows = {(id(t), key(t.questions, visit)) for t in (*inside, *(tables.notes[area] for area in areas))}
        if not rows <= reached:
            reached |= rows
            found.append(visit)
    every = sum(len(table.rows) for table in (*tables.options.values(), *tables.notes.values()))
    if len(reached) != every:
        sys.exit(f"the visits reach {len(reached)} of {every} rows")
    print(f"compared on {len(found)} visits that reach all {every} rows of all tables")
    return found


def compare(name: str, ours: Run, theirs: Run, visits: Sequence[Answers]) -> None:
    """Stop where a peer gives anything else than we do, and show where."""
    for visit in visits:
        right, given = ours(visit), theirs(visit)
        if right != given:
            pairs = zip_longest(in_lines(right), in_lines(given))
            shown = [f"    ours: {one}\n  theirs: {other}" for one, other in pairs if one != other]
            sys.exit("\n".join([f"{name} differs for {visit}, so nothing is timed", *shown]))


def in_lines(given: object) -> list[str]:
    """What a person needs to see of an outcome to tell it from another."""
    if not isinstance(given, Outcome):
        return [str(given)]
    lines = [f"notes {[note.id for note in given.notes]}"]
    for result in given.results:
        row = result.row
        reasons, caveats = [rule.id for rule in row.because], [caveat.id for caveat in row.caveats]
        lines.append(f"{result.option.id}: {row.verdict} because {reasons}, caveats {caveats}, {row.would_change}")
    return lines


def take_turns(contenders: dict[str, Run], visits: Sequence[Answers]) -> dict[str, list[float]]:
    """Microseconds a visit of every round. Each turn is as many times through the visits as SHORTEST takes."""

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


def show(report: Report, title: str, taken: dict[str, list[float]]) -> None:
    """One table, slowest last, with `below goal` where a peer is nearer than the goal."""
    goal = GOALS.get(title)
    asked = f"goal: each at least {goal} times ours" if goal else "ours is the full Outcome: it has no cheaper one"
    rows = []
    for name in sorted(taken, key=lambda name: statistics.median(taken[name])):
        ratios = [theirs / ours for theirs, ours in zip(taken[name], taken[OURS], strict=True)]
        mark = "" if name == OURS else report.note(f"{title}, times ours", name, ratios, least=goal)
        rows.append([name, spread(taken[name]), spread(ratios), mark])
    report.table(f"{title} ({asked})", ["", "µs", "times ours", "goal"], rows)


def against_peers(report: Report) -> None:
    tables = build(load(RULES))
    rulebook = tables.rulebook
    visits = list(combinations(rulebook, None, rulebook.questions))
    translation = Translation(rulebook, {areas_in_scope(rulebook, visit) for visit in visits})
    deciders = {name: Decider(translation, make(translation)) for name, (_, make) in PEERS.items()}
    report.say(machine(*sorted({package for package, _ in PEERS.values() if package})))
    report.say(f"{len(rulebook.options)} options, {len(translation.conditions)} rules, caveats and notes")

    ours, every = partial(decide, tables), every_visit(tables)
    assert every
    contests: dict[str, dict[str, Run]] = {
        FULL: {OURS: ours} | {name: decider.outcome for name, decider in deciders.items()},
        NO_CHANGES: {OURS: ours} | {name: decider.without_changes for name, decider in deciders.items()},
        VERDICTS: {OURS: every.verdicts} | {name: decider.verdicts for name, decider in deciders.items()},
    }
    cover, sample = covering(tables, visits), visits[::EVERY]
    for title in (FULL, VERDICTS):
        for name, theirs in contests[title].items():
            compare(f"{name}, {title},", contests[title][OURS], theirs, [*cover, *sample])
    report.say(
        f"all the same. Timed on {len(sample)} of {len(visits)} visits, {ROUNDS} rounds; figures are for one visit"
    )
    for title, contenders in contests.items():
        show(report, title, take_turns(contenders, sample))


def made_up(size: int) -> Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        made_up_rules.write(Path(folder) / "rules", size, QUESTIONS)
        return load(Path(folder) / "rules")


def showing_few(rulebook: Rulebook) -> Rulebook:
    """The same rulebook and all its options, but an area shows only the first few of them."""
    areas = {area.id: replace(area, options=area.options[:FEW]) for area in rulebook.areas.values()}
    return replace(rulebook, areas=areas)


def allocated(tables: DecisionTables, answers: Answers) -> tuple[float, int]:
    """Bytes that an Outcome takes, the mean of many that are kept, and the most that one decide() holds on its way."""
    # Python keeps up to 2,000 freed tuples of each length at hand, which nobody would see allocated: use those up.
    gc.collect()
    drained = [decide(tables, answers) for _ in range(5000)]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    outcomes = [decide(tables, answers) for _ in range(OUTCOMES)]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    outcomes.append(decide(tables, answers))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del drained
    return (after - before) / OUTCOMES, most - after


def allocations(report: Report) -> None:
    rows = []
    answers = {"area": "area0", **{f"q{number}": "a" for number in range(QUESTIONS - 1)}}
    rulebooks = [made_up(size) for size in SIZES]
    for rulebook in [*map(showing_few, rulebooks), *rulebooks]:
        tables = build(rulebook)
        kept, most = allocated(tables, answers)
        taken = take_turns({OURS: partial(decide, tables)}, [answers])[OURS]
        inside = len(decide(tables, answers).results)
        rows.append([f"{len(rulebook.options):,}", str(inside), number(kept), number(most), spread(taken)])
    title = f"What one decide() allocates; made-up rulebooks, {QUESTIONS} questions, 6 rules and caveats an option"
    report.table(title, ["options", "in scope", "kept bytes", "most bytes", "µs"], rows)


def main() -> None:
    given = options(__doc__ or "").parse_args()
    report = Report("decide", given.markdown, given.results)
    against_peers(report)
    allocations(report)


if __name__ == "__main__":
    main()
