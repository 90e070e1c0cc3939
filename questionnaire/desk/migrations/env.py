"""What Alembic runs to bring the desk's tables up to date: on the connection that database.py has open."""

from alembic import context

from questionnaire.desk.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
