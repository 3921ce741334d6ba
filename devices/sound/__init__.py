"""The loudspeaker and the headphones of a terminal."""
