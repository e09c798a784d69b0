"""The command line: commands parse, call and print; nothing is computed here."""
