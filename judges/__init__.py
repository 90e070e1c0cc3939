"""Programs of others judge our exports: every row, and every way through the gates (docs/exporting.md)."""
