"""The shape of every rule file: which keys there are, and what may stand under each.

Each class is one block of a file, its fields in the order in which they are written. `docs/rule-format.md` shows every
field with an example and is tested against these classes.
"""

from __future__ import annotations

from collections.abc import Sequence

from .basic_shapes import TEXT, KindWord, Said, Shape
from .clinic_files import (
    ClinicAnswerShape,
    ClinicCaveatShape,
    ClinicChoiceShape,
    ClinicFile,
    ClinicQuestionShape,
    ClinicRuleShape,
    GeneralQuestionShape,
    GlossaryFile,
    HoldAtAskShape,
    MattersFile,
    MatterShape,
    ReadinessShape,
    SellsShape,
    SupportFirstShape,
    TermShape,
    TimeToDecideShape,
)
from .option_files import (
    CaveatsFile,
    ExampleShape,
    GridFile,
    GridRowShape,
    OptionFile,
    OwnCaveatShape,
    RuleShape,
    SharedCaveatShape,
)
from .question_files import (
    AreasFile,
    AreaShape,
    AskedWhenShape,
    ChoiceShape,
    FactRowShape,
    NoteExampleShape,
    QuestionsFile,
    QuestionShape,
)
from .source_files import (
    ClaimShape,
    ConflictsFile,
    ConflictShape,
    DecisionShape,
    DocumentShape,
    DoubtShape,
    HeadingShape,
    NotUsedShape,
    SideShape,
    SourceFile,
)
from .staff_files import HoldsFile, HoldShape, ReviewersFile, SignOffFile, TranslatedShape, TranslationFile
from .standards_files import (
    ForShape,
    GoingFurtherShape,
    OfLanguageShape,
    PromisesFile,
    PromiseShape,
    RequiredShape,
    StandardsFile,
)

__all__ = [
    "FILES",
    "OPTIONAL",
    "SIGN_OFFS",
    "TEXT",
    "TRANSLATIONS",
    "AreaShape",
    "AreasFile",
    "AskedWhenShape",
    "CaveatsFile",
    "ChoiceShape",
    "ClaimShape",
    "ClinicAnswerShape",
    "ClinicCaveatShape",
    "ClinicChoiceShape",
    "ClinicFile",
    "ClinicQuestionShape",
    "ClinicRuleShape",
    "ConflictShape",
    "ConflictsFile",
    "DecisionShape",
    "DocumentShape",
    "DoubtShape",
    "ExampleShape",
    "FactRowShape",
    "ForShape",
    "GeneralQuestionShape",
    "GlossaryFile",
    "GoingFurtherShape",
    "GridFile",
    "GridRowShape",
    "HeadingShape",
    "HoldAtAskShape",
    "HoldShape",
    "HoldsFile",
    "KindWord",
    "MatterShape",
    "MattersFile",
    "NotUsedShape",
    "NoteExampleShape",
    "OfLanguageShape",
    "OptionFile",
    "OwnCaveatShape",
    "PromiseShape",
    "PromisesFile",
    "QuestionShape",
    "QuestionsFile",
    "ReadinessShape",
    "RequiredShape",
    "ReviewersFile",
    "RuleShape",
    "Said",
    "SellsShape",
    "Shape",
    "SharedCaveatShape",
    "SideShape",
    "SignOffFile",
    "SourceFile",
    "StandardsFile",
    "SupportFirstShape",
    "TermShape",
    "TimeToDecideShape",
    "TranslatedShape",
    "TranslationFile",
    "shape_of",
    "signed_unit",
]


FILES: dict[str, type[Shape]] = {
    "questions.yaml": QuestionsFile,
    "areas.yaml": AreasFile,
    "grid.yaml": GridFile,
    "source.yaml": SourceFile,
    "caveats.yaml": CaveatsFile,
    "clinic.yaml": ClinicFile,
    "promises.yaml": PromisesFile,
    "conflicts.yaml": ConflictsFile,
    "standards.yaml": StandardsFile,
    "glossary.yaml": GlossaryFile,
    "matters.yaml": MattersFile,
    "reviewers.yaml": ReviewersFile,
    "holds.yaml": HoldsFile,
}
"""The files beside the option files, and the shape of each."""
OPTIONAL = frozenset(["glossary.yaml", "matters.yaml", "reviewers.yaml", "holds.yaml"])
"""Those that a folder may do without, as folders of before have none."""
SIGN_OFFS = "sign-offs"
"""The folder that holds a file for each unit that was signed."""


def signed_unit(name: str, languages: Sequence[str]) -> tuple[str, str]:
    """The language and the unit that the file of a sign-off is for; no language is the one of the rules.

    >>> signed_unit("sign-offs/es/hip-dips/exercise.yaml", ["es"])
    ('es', 'hip-dips/exercise')
    """
    unit = name.removeprefix(f"{SIGN_OFFS}/").removesuffix(".yaml")
    language, _, of_language = unit.partition("/")
    return (language, of_language) if language in languages else ("", unit)


TRANSLATIONS = "translations"
"""The folder that holds a file for each language besides the one that the rules are written in."""


def shape_of(name: str) -> type[Shape]:
    """The shape of a rule file by its path below the folder of rules."""
    if name.startswith(f"{TRANSLATIONS}/"):
        return TranslationFile
    return SignOffFile if name.startswith(f"{SIGN_OFFS}/") else FILES.get(name, OptionFile)
