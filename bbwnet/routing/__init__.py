"""Routing: how one gets from place to place over timetable and road."""
