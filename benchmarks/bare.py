"""The peer of our pages: a bare Flask application whose page /LENGTH is a fixed string of that length."""

from flask import Flask

app = Flask(__name__)


@app.get("/<int:length>")
def page(length: int) -> str:
    """A fixed text."""
    return "x" * length
