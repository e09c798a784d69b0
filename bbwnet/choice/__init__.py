"""Shares over alternatives: nested logit, overlaps, the generalised cost of a journey."""
