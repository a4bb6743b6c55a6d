"""The ontology's documentation."""
