"""What would change if some statements were not there, or others were."""
