"""Releases: dumps, descriptions, documentation, tables, and publishing to other stores."""
