"""Checkpoints as files that run without PyTorch, and what that changes, measured.

to_onnx       a network as one ONNX file that takes any number of faces
static_int8   the same with weights and activations in 8 bits, calibrated on training faces
measure       parity on real faces, accuracy on the whole test split beside the original, bytes, time
record        evidence/exports.json: what was measured; read without torch and onnx
costs         evidence/costs.json: bytes, times, cold start and memory by machine; read without torch and onnx
measure_costs what costs holds, measured; first_answer: the fresh process whose start it times
stored_entries  how these files are read and written
int8_errors   evidence/int8-errors.json: where 8 bits lose, layer by layer; read without torch and onnx
measure_int8_errors   what it holds, measured
"""
