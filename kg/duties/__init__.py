"""Duties over time: who owes what to whom, from when to when, and what holds on a date."""
