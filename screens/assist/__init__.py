"""Ears and keys: the same tree that tests walk, spoken, and moved through by a keypad or by switches."""
