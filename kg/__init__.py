"""Casus: a knowledge graph of alliances and of what they oblige states to do."""
