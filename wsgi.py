"""What a server loads: `wsgi:app` (`run` in the Makefile). A rulebook with an error stops the start, and says why."""

import os
import resource

from questionnaire import create_app
from questionnaire.starting import begin, told

serving = not os.environ.get("FLASK_RUN_FROM_CLI")  # `flask rules check` must run on a broken rulebook
with told():
    building = begin(os.environ) if serving else None  # first: rules are built while Flask is loaded
    if serving:
        from questionnaire.web import metrics, observing

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of a process that fails would hold visitors' answers
        observing.to_standard_error()
    app = create_app(building=building)
    if serving:
        app.extensions["guides"].now()
        metrics.serve(app)
