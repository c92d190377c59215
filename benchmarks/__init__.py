"""Times that a person waits for, measured in a real browser. `make bench` prints them; no test asserts them."""
