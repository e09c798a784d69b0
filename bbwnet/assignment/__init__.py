"""What loads what: road equilibrium on flat arrays, seats on services, freight chains."""
