"""Known answers that an installed bbwnet must give: one module a topic, put together in `registry`."""
