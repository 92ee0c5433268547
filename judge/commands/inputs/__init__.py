"""What is named on the command line: submissions, problems, pipes."""
