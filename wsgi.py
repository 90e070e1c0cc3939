"""What a WSGI server loads: `wsgi:app`. gunicorn serves it as gunicorn.conf.py says; any other server can.

A rulebook with an error stops the start, and says why.
"""

import os

from questionnaire import create_app
from questionnaire.startup import exit_in_words, start

if os.environ.get("FLASK_RUN_FROM_CLI"):  # `flask rules check` must run on a broken rulebook
    app = create_app()
else:
    with exit_in_words():
        app = start()
