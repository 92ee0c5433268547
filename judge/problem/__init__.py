"""YAML → frozen Problem, with every fault at its line."""
