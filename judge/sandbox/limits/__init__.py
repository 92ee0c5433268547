"""What a worker's processes use, and which limit that exceeds."""
