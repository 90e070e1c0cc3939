"""What clinic staff ask about a rulebook: one question a file, each answered from the rulebook and its tables."""
