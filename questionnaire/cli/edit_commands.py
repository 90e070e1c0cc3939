"""`flask rules sign, new, fmt, docs`: what writes files."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from ..decide.sign_off_units import standings
from ..review.checks.docs_page import checks_page
from ..review.editor_schema import FOLDER, RULEBOOK_FOLDER, editor_settings, schemas
from ..review.fmt import unformatted
from ..review.new_option import StartError, start
from ..review.phrases import count
from ..review.sign import SignError, sign
from ..rulebook.model import KINDS, Kind
from ..rulebook.problems import RulebookError
from .common import LANGUAGE, Fault, known_unit, people, rules_folder, the_tables, the_tables_in

PROJECT = Path(__file__).parents[2]


@click.command("sign")
@click.argument("unit")
@click.option("--by", required=True, help="The clinician's name.")
@click.option("--role", required=True, help="What they are, such as 'plastic surgeon'.")
@click.option("--until", required=True, help="The day until which it holds, as year-month-day.")
@LANGUAGE
def sign_command(unit: str, by: str, role: str, until: str, language: str) -> None:
    """Write the sign-off of UNIT, with the fingerprint of each of its texts and of its table.

    UNIT is an option, an area, questions, shared, clinic or pages. What was read before and has not changed need not be
    read again: `flask rules unsigned` shows the rest.
    """
    tables, today = the_tables_in(language), date.today()
    try:
        unit = known_unit(tables, unit)
        path, signed = sign(rules_folder(), tables, unit, by, role, until, today)
    except (SignError, RulebookError) as fault:
        raise Fault(str(fault), 1) from None
    except OSError as fault:
        raise Fault(f"nothing was signed: {fault.filename} can't be written ({fault.strerror})", 1) from None
    anew, texts = sum(not one.by for one in signed.statements.values()), count(len(signed.statements), "text")
    people.print(f"Signed: {path}. {texts}, of which {anew} changed since they were read, or are new.")
    rulebook = replace(tables.rulebook, sign_offs={**tables.rulebook.sign_offs, unit: signed})
    stand = standings(replace(tables, rulebook=rulebook), today)
    of_language = f" --language {language}" if language else ""
    if missing := [one.unit for one in stand.values() if one.state != "signed"]:
        names = ", ".join(missing)
        people.print(f"Not signed yet, or no longer: {names} (flask rules unsigned{of_language}).")


@click.command("new")
@click.argument("option")
@click.option("--name", help="What visitors see; made from OPTION if left out.")
@click.option("--kind", type=click.Choice(KINDS), required=True)
def new_command(option: str, name: str | None, kind: Kind) -> None:
    """Make a valid starting file for OPTION (area/name), every field explained, and list it in areas.yaml."""
    try:
        shown = name or option.rpartition("/")[2].replace("-", " ").capitalize()
        path, shared = start(rules_folder(), option, shown, kind)
    except StartError as fault:
        raise Fault(str(fault), 2) from None
    except OSError as fault:
        raise Fault(f"nothing was made: {fault.filename} can't be written ({fault.strerror})", 1) from None
    except RulebookError as fault:
        raise Fault(f"the rule files can't be used:\n{fault}", 1) from None
    people.print(f"Wrote {path} and listed it in areas.yaml. Next: edit it, then `flask rules check`.")
    if shared:
        people.print("It carries these shared caveats by its kind or area. Is each true of this one? Where one is not,")
        people.print("list in the caveat's `options` those of which it is.")
    for caveat in shared:
        people.print(f"  {caveat.id} ({caveat.place.file}:{caveat.place.line}): {caveat.statement.text}")


@click.command("fmt")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not in order.")
def fmt_command(only_check: bool) -> None:
    """Put the fields of every rule file in the fixed order; comments and texts stay as they are."""
    try:
        disordered = unformatted(rules_folder())
    except RulebookError as fault:
        raise Fault(str(fault), 1) from None
    for path, after in disordered:
        click.echo(f"{path}: {'not in order' if only_check else 'put in order'}")
        if not only_check:
            path.write_text(after, encoding="utf-8")
    if not disordered:
        people.print(f"The fields of every file in {rules_folder()} are in order; nothing was changed.")
    elif only_check:
        raise SystemExit(1)


def write_catalogue(path: Path) -> None:
    """Write the texts of the pages for translators, by pybabel. A text within an f-string is not found."""
    from babel.messages.frontend import CommandLineInterface  # only those who write the catalogue need it

    with contextlib.chdir(PROJECT):
        CommandLineInterface().run(  # type: ignore[no-untyped-call]
            [
                *("pybabel", "--quiet", "extract", "--mapping", "babel.cfg", "--output", str(path)),
                *("--no-default-keywords", "--keywords", "_ gettext ReferenceCodeError ngettext:1,2 sourced:1,2"),
                *("--omit-header", "--width", "100", "--add-location", "file"),
                ".",
            ]
        )


@click.command("docs", hidden=True)
def docs_command() -> None:
    """Write docs/checks.md, docs/schema/, .vscode/settings.json and translations/messages.pot anew."""
    rulebook = the_tables().rulebook
    format_page = (PROJECT / "docs/rule-format.md").read_text(encoding="utf-8")
    pages = {
        "docs/checks.md": checks_page((PROJECT / "docs/altered-texts.md").read_text(encoding="utf-8")),
        **{f"{FOLDER}/{name}": text for name, text in schemas(format_page)},
        **{f"{RULEBOOK_FOLDER}/{name}": text for name, text in schemas(format_page, rulebook)},
        ".vscode/settings.json": editor_settings(rulebook),
    }
    changed = []
    for name, text in pages.items():
        path = PROJECT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    write_catalogue(PROJECT / "translations/messages.pot")
    what = f"changed: {', '.join(changed)}" if changed else "all were up to date"
    people.print(f"Wrote {len(pages)} files below docs, translations and .vscode; {what}.")
