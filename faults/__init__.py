"""What goes wrong around the site, and what visitors then see: one fault a module (`python -m faults`)."""
