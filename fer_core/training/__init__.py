"""Training: recipes (data), augmentation on the device, objectives, resumable run folders, one loop."""
