"""What detectors share: how they read the flow, the outputs and the learner's text."""
