"""The parts of a class's page: statistics → elements, one a file, each with its style."""
