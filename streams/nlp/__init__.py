"""The model runtime: sentences in, entities, sentiment and vectors out.

Needs onnxruntime, tokenizers and numpy, and nothing of the rest of the package.

``sentences``    body -> sentences with their offsets
``words``        sentence -> words
``pieces``       sentence -> word pieces and windows
``inference``    windows -> logits, batched by length
``decoding``     logits -> legal tags -> spans
``edges``        brackets that are not part of a span
``furniture``    spans that are never an entity
``vectors``      the vectors of an article's sentences -> one of the article
``model``        all of it together; imported from there, for it loads the runtime
``artifact``     the model folder and what is checked in it
``evaluation``   precision, recall and F1 on labelled files
"""

from streams.nlp.annotations import Annotation, Mention, Probabilities
from streams.nlp.errors import ModelError
from streams.nlp.sentences import Sentence, split_sentences

__all__ = ["Annotation", "Mention", "ModelError", "Probabilities", "Sentence", "split_sentences"]
