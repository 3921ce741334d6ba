"""What is said aloud: texts turned into what can be heard, voices that say it, and one speaker for them."""
