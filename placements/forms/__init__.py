"""Forms of placements: text to values. What is allowed is the actions' business."""
