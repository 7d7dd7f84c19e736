"""Forms of deviations: text to values. What is allowed is the actions' business."""
