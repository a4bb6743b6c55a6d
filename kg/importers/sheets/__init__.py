"""Treaties from spreadsheets: sheets with fixed columns become Turtle, and come out of it with the same cells."""
