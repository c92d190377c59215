"""A photo's way to a network: file, upright picture, face, crop, input. No torch."""
