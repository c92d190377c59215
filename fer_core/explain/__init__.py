"""Where a network looks, and whether the map of it can be trusted.

    heatmap             Heatmap: one number per pixel, and what may be said about it           (no torch)
    overlay             a heatmap's colours over a desaturated face                            (no torch)
    methods             the post-hoc methods in words                                          (no torch)
    attribution         the same methods, computed: cams, gradients, perturbations
    attention_maps      a network's own attention as maps over the input
    map_similarity      how similar two maps are                                               (no torch)
    metrics             the measures in words, and baseline maps independent of any network    (no torch)
    faithfulness        the measures, computed: deletion, insertion, infidelity, sensitivity
    sanity_checks       whether a map changes with the weights
    regions             a fixed layout of the parts of a face, and a map's share on each       (no torch)
    facs                where the face moves in an expression, as psychologists code it        (no torch)
    measure_regions     the shares of many test faces, stored, and what masking a part costs
    region_statistics   their statistics, with intervals                                       (no torch)

Import the module you need; this package imports none, so that `overlay` stays free of torch.
"""
