"""Evaluation: what the network means for the goals of the plan."""
