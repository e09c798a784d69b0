"""The schema: pydantic models of every record, one file a kind of thing."""
