"""One citizen, from the first touch to wiped."""
