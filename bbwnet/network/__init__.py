"""Network: from a scenario's records and projects to one graph of infrastructure and services."""
