"""Damaged input for every parser, as much of it as there is patience: ``make torture``."""
