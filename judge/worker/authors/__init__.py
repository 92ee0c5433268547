"""What authors of exercises ask of a trusted worker: many calls of many programs at once."""
