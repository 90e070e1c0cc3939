"""What a server loads: `granian --interface wsgi wsgi:app`. A rulebook with an error stops the start, and says why."""

import os
import resource
import sys

from questionnaire import SettingError, create_app
from questionnaire.rulebook.problems import RulebookError
from questionnaire.web import metrics, observing

serving = not os.environ.get("FLASK_RUN_FROM_CLI")
if serving:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of a process that fails would hold visitors' answers
    observing.to_standard_error()
try:
    app = create_app()
except SettingError as fault:
    sys.exit(str(fault))

if serving:  # `flask rules check` must run on a broken rulebook
    try:
        app.extensions["guide"].tables  # noqa: B018
    except RulebookError as fault:
        sys.exit(f"The rule files can't be used:\n{fault}")
    metrics.serve(app)
