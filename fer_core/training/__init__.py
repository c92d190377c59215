"""Training: recipes (data), augmentation on the device, objectives, a run folder that survives a kill, one loop."""
