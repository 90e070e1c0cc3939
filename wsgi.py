"""What a server loads: `granian --interface wsgi wsgi:app`. A rulebook with an error stops the start, and says why."""

import os
import resource
import sys

from questionnaire import SettingError, begin, create_app
from questionnaire.decide.apart import BuildError
from questionnaire.releases.manifest import ReleaseError
from questionnaire.rulebook.problems import RulebookError

serving = not os.environ.get("FLASK_RUN_FROM_CLI")  # `flask rules check` must run on a broken rulebook
try:
    building = begin(os.environ) if serving else None  # first: rules are built while Flask is loaded
    if serving:
        from questionnaire.web import metrics, observing

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of a process that fails would hold visitors' answers
        observing.to_standard_error()
    app = create_app(building=building)
    if serving:
        app.extensions["guides"].now()
        metrics.serve(app)
except (SettingError, BuildError) as fault:
    sys.exit(str(fault))
except RulebookError as fault:
    sys.exit(f"The rule files can't be used:\n{fault}")
except ReleaseError as fault:
    sys.exit(f"No release can be used: {fault}. Publish again: flask rules publish")
