"""Speed as ratios taken within one run, and as goals: one part a module (`python -m benchmarks`)."""
