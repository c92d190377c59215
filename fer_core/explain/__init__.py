"""Where a network looks, and whether the picture of it is to be believed.

    heatmap             Heatmap: one number a pixel, and what may be said about it             (no torch)
    overlay             a heatmap's colours over a desaturated face                            (no torch)
    methods             the post-hoc methods in words                                          (no torch)
    attribution         the same as a table of computations: cams, gradients, perturbations
    attention_maps      its own attention as maps over the input
    map_similarity      how far two maps point at the same places                              (no torch)
    metrics             what maps are measured by, and maps that know nothing of the network   (no torch)
    faithfulness        the measures: deletion, insertion, infidelity, sensitivity
    sanity_checks       whether a map changes with the weights
    regions             a fixed layout of the parts of a face, and a map's share on each       (no torch)
    facs                where the face moves in an expression, as psychologists code it        (no torch)
    measure_regions     the shares of many test faces, stored, and what masking a part costs
    region_statistics   what they amount to, with intervals                                    (no torch)

Import the module you need; this package imports none, so that `overlay` stays free of torch.
"""
