"""Where a network looks, and whether the picture of it is to be believed.

    heatmap         Heatmap: one number a pixel, and what may be said about it              (no torch)
    overlay         a heatmap's colours over a desaturated face                             (no torch)
    methods         the post-hoc methods in words                                           (no torch)
    attribution     the same as a table of computations: cams, gradients, perturbations
    gates           what the network's gates multiply its features with; what it answers without them
    native          its own attention as maps over the input
    agreement       how far two maps point at the same places                               (no torch)
    judging         what maps are measured by, and maps that know nothing of the network    (no torch)
    faithfulness    the measures: deletion, insertion, infidelity, sensitivity
    randomisation   whether a map changes with the weights
    regions         a fixed layout of the parts of a face, and a map's share on each         (no torch)
    facs            where the face moves in an expression, as psychologists code it         (no torch)
    surveying       the shares of many test faces, stored, and what masking a part costs
    atlas           what they amount to, with intervals                                     (no torch)
    probing         how many expressions and how large maps a network gives, asked once
    findings        all of that of one face, in one walk for the dashboard and the command  (no torch)
    asking          loaded networks, asked about it
    panel           what stands on a figure of it                                           (no torch)
    printing        the figure as PNG and PDF, on a sheet                                   (no torch)
    folder          files of it, with all numbers as JSON                                   (no torch)
    borrowing       a loaded network, held under its lock and given back unchanged

Import the module you need; this package imports none, so that `overlay` stays free of torch.
"""
