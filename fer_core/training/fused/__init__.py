"""Layers that numba computes in a training step on a CPU: `layers.fuse` puts them into a network.

    layers               which layers, and their modules
    autograd             the two autograd functions: threads, partial sums, maps as flat arrays
    norm_kernels         batch norm and activation
    activations          one pair of functions an activation: itself and its derivative
    depthwise_kernels    depthwise 3x3 convolutions

Only `layers` is imported from outside; it imports numba, an optional dependency, when a network is fused.
"""
