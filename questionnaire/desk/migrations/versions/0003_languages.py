"""In which language a text was changed or remarked on; what is there was of the original."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    for table in ("change", "remark"):
        op.add_column(table, sa.Column("language", sa.String(length=12), nullable=False, server_default=""))
