"""Rules and checks of tables: one table, its references, the whole release."""
