"""Supposed cases: who owes what to whom if one state attacks or threatens another on a day, and on what it turns."""
