"""Who travels where, why and when: trips between zones by purpose, made by a gravity model or given by the user."""
