"""Keeping a change that was tried: who makes it is written down first, then the files are saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from . import log, save
from .access import current_person
from .database import now, writing
from .languages import UnitIn
from .models import Change
from .rulebooks import rules_folder
from .save import SaveError

LONGEST_REASON = 500


@dataclass(frozen=True)
class Act:
    """What somebody does, for the log and git. `done`: in the past; `told`: the commit's first line, without why."""

    done: str
    about: str
    told: str
    why: str = ""


def keep(
    act: Act, files: Mapping[str, bytes], read: Mapping[str, str], units: Collection[UnitIn], digest: str = ""
) -> bool:
    """Save these files, and say whether they are committed too; `read` and `digest` as in `save`. Raises SaveError.

    `units`: those that it makes others. Who makes it can't sign these, also where the process ends in between: so this
    is written down before the files are.
    """
    person, why = current_person(), " ".join(act.why.split())[:LONGEST_REASON]
    with log.told(person.name, act.done, act.about, why):
        with writing() as db:
            made = [
                Change(person_id=person.id, unit=one.unit, language=one.language, **_file(one.unit, files), at=now())
                for one in units
            ]
            db.add_all(made)
        try:
            message = f"{act.told}{': ' + why if why else ''}"
            return save.save(rules_folder(), save.lock(), files, read, person.name, message, digest)
        except SaveError:
            with writing() as db:
                for one in made:
                    db.delete(db.get_one(Change, one.id))
            raise


def _file(unit: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """The file of a unit among those that are saved, or the first of them, and its fingerprint as it is left."""
    file = f"{unit}.yaml" if f"{unit}.yaml" in files else next(iter(files))
    return {"file": file, "after": save.sha256(files[file])}
