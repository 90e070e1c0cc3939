"""What the commands share: the rulebook they speak of, answers from words, and how a command ends with a fault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
from flask import current_app
from rich.console import Console

from ..decide.build_tables import DecisionTables, build
from ..decide.given_answers import AnswersError, complete_answers
from ..decide.in_force import in_force
from ..decide.in_language import in_language
from ..decide.reference_code import ReferenceCodeError, decode
from ..decide.sign_off_units import units
from ..decide.today import day_in
from ..review.claims_against_document import document_of
from ..rulebook.load import load
from ..rulebook.model import Rulebook
from ..rulebook.problems import RulebookError, nearest

people = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
"""For what is only said to people: progress and summaries, on standard error."""


class Fault(click.ClickException):
    """Ends the command with one message on standard error and an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


def rules_folder() -> Path:
    """The folder of rule files that the settings name."""
    return Path(current_app.config["RULES"])


def today() -> date:
    """The day where the site is, in whose time zone what the clinic adds begins and ends."""
    return day_in(current_app.config.get("TIME_ZONE", ""))


def tables_of_today() -> DecisionTables:
    """The tables of the site's own rulebook as they hold today; ends the command where it can't be used."""
    return in_force(the_tables(), today().isoformat())


def templates_of(folder: Path | None) -> Path | None:
    """The pages that belong to the site's own rules; a folder named on the command line has none."""
    return None if folder else Path(__file__).parents[2] / "templates"


def the_tables(folder: Path | None = None, name: str = "") -> DecisionTables:
    """The tables of the site's own rulebook, or of the one in `folder`; ends the command where it can't be used."""
    try:
        return build(load(folder or rules_folder()))
    except RulebookError as fault:
        problems = str(fault).replace(str(folder), name) if folder and name else str(fault)
        raise Fault(f"the rule files{f' of {name}' if name else ''} can't be used:\n{problems}", 1) from None


LANGUAGE = click.option("--language", default="", help="Of the translation to this language, such as es.")


def the_tables_in(language: str, folder: Path | None = None) -> DecisionTables:
    """The tables of the site's own rulebook in a language; as they were written for an empty one. Ends the command
    where there is no such translation.
    """
    tables = the_tables(folder)
    known = tables.rulebook.translations
    if language and language not in known:
        raise Fault(f"there is no translation to '{language}' that can be used; {nearest(language, known)}", 2)
    return in_language(tables, language) if language else tables


def known_option(tables: DecisionTables, name: str) -> str:
    """The option of that name; a name without its area will do where only one area has it."""
    if name in tables.options:
        return name
    of_any_area = [option for option in tables.options if option.split("/")[1] == name]
    if len(of_any_area) == 1:
        return of_any_area[0]
    raise Fault(f"there is no option '{name}'; {nearest(name, of_any_area or tables.options)}", 2)


DOCUMENTS = click.option(
    "--document",
    "documents",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A document that the rules rest on, such as the article; give it again for each further one.",
)


def known_unit(tables: DecisionTables, name: str) -> str:
    """The unit of that name: an option, an area, or what all share; an option without its area as known_option."""
    known = units(tables.rulebook)
    if name in known:
        return name
    of_any_area = [option for option in tables.options if option.split("/")[1] == name]
    if len(of_any_area) == 1:
        return of_any_area[0]
    raise Fault(f"there is no unit '{name}'; {nearest(name, of_any_area or known)}", 2)


def read_documents(rulebook: Rulebook, files: Iterable[Path]) -> dict[str, str]:
    """The texts of these files by the id of the document that each is; ends the command where one can't be read or is
    none of the rulebook's documents.
    """
    texts: dict[str, str] = {}
    for file in files:
        text = read_text(file)
        document = document_of(rulebook, text)
        if document is None:
            raise Fault(f"{file} is none of the documents of source.yaml; give the right file", 1)
        if document.id in texts:
            raise Fault(f"{file} is “{document.title}”, as is another file that was given; give each document once", 1)
        texts[document.id] = text
    return texts


def read_text(path: Path) -> str:
    """A document's text; ends the command where it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise Fault(f"the document {path} can't be opened ({fault.strerror}); check the file's name", 1) from None
    except UnicodeDecodeError:
        raise Fault(f"the document {path} is not UTF-8 text; give the right file", 1) from None


def answers_or_reference(rulebook: Rulebook, words: tuple[str, ...]) -> dict[str, str]:
    """Answers as question=choice words, or the one word of a reference code."""
    if len(words) == 1 and "=" not in words[0]:
        try:
            return dict(decode(rulebook, words[0]).answers)
        except ReferenceCodeError as fault:
            raise Fault(str(fault), 2) from None
    return read_answers(rulebook, words)


def read_answers(rulebook: Rulebook, words: tuple[str, ...]) -> dict[str, str]:
    """The answers that the words give; a fault ends the command with exit code 2 and one line on standard error."""
    answered: dict[str, str] = {}
    for word in words:
        question, equals, choice = word.partition("=")
        if not equals:
            raise Fault(f"'{word}' is not of the form question=choice; write for example area=hip-dips", 2)
        if answered.get(question, choice) != choice:
            raise Fault(f"'{question}' is answered twice, with '{answered[question]}' and with '{choice}'; keep one", 2)
        answered[question] = choice
    try:
        answers = complete_answers(rulebook, answered)
    except AnswersError as fault:
        raise Fault(str(fault), 2) from None
    for question in answered:
        if question not in answers:
            click.echo(f"Note: '{question}' is not asked with these answers, so it is left out", err=True)
    return answers
