"""Feedback between the stages: the loops that run until times, choices and flows fit each other, and how far they came."""
