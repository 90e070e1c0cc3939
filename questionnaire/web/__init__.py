"""What visitors see: pages and forms over the decision tables. No engine runs here."""
