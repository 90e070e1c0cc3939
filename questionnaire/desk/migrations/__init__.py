"""The desk's tables, version by version: a new file in versions/ for each change (Alembic)."""
