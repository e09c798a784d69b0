"""Checks of records that need neither a choice of projects nor the graph; together they find every problem at once."""
