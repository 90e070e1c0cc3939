"""What clinic staff wrote: rule files in, one checked and frozen Rulebook out."""
