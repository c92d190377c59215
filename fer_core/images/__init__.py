"""A photo on its way to a network: file, upright picture, faces, crop, input. No torch."""
