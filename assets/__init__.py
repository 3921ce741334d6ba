"""Fonts, icons, drawings and typesetting, for screens and papers alike.  Imports nothing else of ours."""
