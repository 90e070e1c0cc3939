"""What a server loads: `wsgi:door` (`run` in the Makefile), or `wsgi:app` as any WSGI server can.

A rulebook with an error stops the start, and says why.
"""

import os

from questionnaire import create_app
from questionnaire.startup import start, told

serving = not os.environ.get("FLASK_RUN_FROM_CLI")  # `flask rules check` must run on a broken rulebook
with told():
    app = start() if serving else create_app()
    if serving:
        from questionnaire.door import Door
        from questionnaire.web import metrics

        metrics.serve(app)
        door = Door(app, waits=False)
