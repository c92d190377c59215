"""What a photo's explanation is made of, and how it is printed."""
