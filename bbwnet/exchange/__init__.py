"""Files that other tools read and write: one module a format, reading and writing together."""
