"""The simulated day: vehicles and servers as SimPy processes, people and goods as counted cohorts, closures by the clock."""
