"""Data in other forms, as Turtle in a project that extends the shipped one."""
