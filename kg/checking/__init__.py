"""Checks statements that people make: whether they hold, by which record, or what comes nearest."""
