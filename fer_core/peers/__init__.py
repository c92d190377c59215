"""Public networks, measured with their own pre-processing and with ours.

    front      a network's own pre-processing, written into its graph
    measure    import both ways, check the contract on validation faces, then score the test splits
    restore    the file of a row that ships its answers only

The facts are in evidence/peers.json (`evidence.peers`).
"""
