"""What a terminal shows, where it comes in bundles: files in force, tried out, taken between visits."""
