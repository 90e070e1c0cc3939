"""Every byte prefix of each rule file, and random changes of each: our own error or a whole file, and never long.

A prefix is refused at once, as the file's end mark is missing; so prefixes with the end mark put under them are read
too. Random changes are those of the test suite, and more of them; where a changed file is whole, the rulebook is made
of it, and every so often its tables.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import FrameType

from seen import Faults, number, run
from servers import PROJECT

from questionnaire.decide.tables import build as build_tables
from questionnaire.rulebook import shapes
from questionnaire.rulebook.asking_order import wrong_order
from questionnaire.rulebook.build import build
from questionnaire.rulebook.fitting import fit
from questionnaire.rulebook.links import broken_links
from questionnaire.rulebook.names import Files
from questionnaire.rulebook.problems import RulebookError
from questionnaire.rulebook.reading import Unreadable, read_bytes

RULES = PROJECT / "rules"
FILES = sorted(path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml"))
CHANGES = 500
"""Random changes of each file in the quick run; the full run has 100,000."""
STRIDE = 20
"""In the quick run the end mark is put under every so many-th prefix alone."""
SECONDS = 5
SIGNS = [b"&", b"*a", b"!", b"\n", b"- ", b": ", b"{", b"[", b"'", b'"', b"\t", b"~", b"\xff", b"\0", b"<<: ", b"? "]
BUILT = 16


class TooLong(BaseException):
    """Not an Exception, so that no handler of ours can swallow it."""


def taken(file: str, data: bytes) -> tuple[object, object] | None:
    """What one file's bytes make, or None where they are refused with our own problems."""
    try:
        tree = read_bytes(data, file)
    except Unreadable as refused:
        if not refused.problems:
            raise
        return None
    shape, found = fit(tree, shapes.FILES.get(file, shapes.OptionFile))
    assert (shape is None) == bool(found)
    return None if shape is None else (tree, shape)


def ours() -> Files:
    files = Files()
    for file in FILES:
        made = taken(file, (RULES / file).read_bytes())
        assert made
        files.loaded[file] = made  # type: ignore[assignment]
        if file not in shapes.FILES:
            files.listed.append(file.removesuffix(".yaml"))
    return files


def changed(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: a byte, a piece taken out, a sign put in, a piece doubled."""
    new = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at, how = chance.randrange(len(new)), chance.random()
        if how < 0.45:
            new[at] = chance.randrange(256)
        elif how < 0.7:
            new[at : at + chance.randint(1, 20)] = b""
        elif how < 0.9:
            new[at:at] = chance.choice(SIGNS)
        else:
            new[at:at] = new[at : at + chance.randint(1, 200)]
    return bytes(new)


def guarded(seen: Counter[str], act: Callable[[], object], what: str) -> float:
    """Do it; count how it ended, by kind. Anything but our own errors is told with what it was done to."""
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        seen["whole" if act() else "refused"] += 1
    except RulebookError:
        seen["refused"] += 1
    except TooLong:
        seen[f"over {SECONDS} s: {what}"] += 1
    except Exception as fault:
        seen[f"{type(fault).__name__} ({str(fault)[:60]}): {what}"] += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - start


def _alarm(signal_number: int, frame: FrameType | None) -> None:
    raise TooLong


def one_file(file: str, changes: int, stride: int) -> tuple[Counter[str], Counter[str], float]:
    """All prefixes and so many random changes of one file: how they ended, and the seconds of the longest."""
    signal.signal(signal.SIGALRM, _alarm)
    data, files = (RULES / file).read_bytes(), ours()
    chance, longest = random.Random(f"{file} {changes}"), 0.0
    cut, altered = Counter[str](), Counter[str]()
    for length in range(len(data)):
        longest = max(longest, guarded(cut, partial(taken, file, data[:length]), f"{file}[:{length}]"))
        if length % stride == 0:
            part = data[:length] + b"\n...\n"
            longest = max(longest, guarded(cut, partial(taken, file, part), f"{file}[:{length}] and ..."))
    for step in range(changes):
        new = changed(data, chance)
        act = partial(whole, files, file, new, step)
        longest = max(longest, guarded(altered, act, f"{file} {step}"))
    return cut, altered, longest


def whole(files: Files, file: str, data: bytes, step: int) -> bool:
    """Whether a rulebook can be made with this file in the place of ours."""
    made = taken(file, data)
    if made is None:
        return False
    new = Files({**files.loaded, file: made}, files.listed)  # type: ignore[dict-item]
    questions, areas = new.loaded["questions.yaml"], new.loaded["areas.yaml"]
    if list(broken_links(new)) + list(wrong_order(questions[0], questions[1], areas[1])):  # type: ignore[arg-type]
        return False
    rulebook = build(new)
    if step % BUILT == 0:
        build_tables(rulebook, allow_gaps=True)
    return True


def main(faults: Faults) -> None:
    changes, stride = faults.many(CHANGES, most=100_000), max(1, round(STRIDE / faults.size))
    cut, altered, longest, start = Counter[str](), Counter[str](), 0.0, time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(one_file, FILES, [changes] * len(FILES), [stride] * len(FILES)):
            cut, altered, longest = cut + one[0], altered + one[1], max(longest, one[2])
    taken_for = time.monotonic() - start
    size = sum(Path(RULES / file).stat().st_size for file in FILES)
    for what, much, seen in (
        ("every byte prefix of each rule file", f"{size:,}, and {cut.total() - size:,} with an end mark", cut),
        ("random changes of each rule file", f"{changes:,} of each of {len(FILES)} files", altered),
    ):
        odd = {key: times for key, times in seen.items() if key not in ("whole", "refused")}
        told = "; ".join(f"{key}: {times}" for key, times in sorted(odd.items())[:3])
        faults.note(
            what,
            much,
            f"{seen['refused']:,} refused with our own error, {seen['whole']:,} whole; {sum(odd.values())} others; the "
            f"longest {number(longest)} s, all {taken_for:.0f} s. {told}".strip(),
            f"no others, none over {SECONDS} s",
            not odd,
        )


if __name__ == "__main__":
    run(__doc__, main)
