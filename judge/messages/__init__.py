"""What a learner is told of a call that gave no value: limits, exceptions, hints."""
