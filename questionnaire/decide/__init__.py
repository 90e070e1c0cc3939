"""What follows from a rulebook: decision tables fired once by durable_rules, and outcomes by look-up."""
