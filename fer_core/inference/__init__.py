"""Networks that answer: loaded, quantized, with their gates read or bypassed."""
