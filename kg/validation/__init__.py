"""SHACL: the project's shapes hold for its data, or a report says where not."""
