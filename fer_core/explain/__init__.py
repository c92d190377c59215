"""Where a network looks.

    heatmap       Heatmap: one number a pixel, and what may be said about it    (no torch)
    overlay       a heatmap's colours over a desaturated face                   (no torch)
    attribution   post-hoc methods as a table: Grad-CAM, integrated gradients, saliency
    gates         what the network's own attention multiplies its features with
    borrowing     a loaded network, held under its lock and given back unchanged

Import the module you need; this package imports none, so that `overlay` stays free of torch.
"""
