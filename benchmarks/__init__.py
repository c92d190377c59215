"""Times that a person waits for, in a real browser (`make bench`) and in training; no test asserts them."""
