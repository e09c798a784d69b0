"""Experiments: runs, comparisons and checks against observations."""
