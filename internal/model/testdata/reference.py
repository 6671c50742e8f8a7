"""Computes what the embedded model is held against: the embeddings that
sentence-transformers gives with the float32 folder that it was quantised from,
of the texts in internal/bert/testdata/public.json.

    python internal/model/testdata/reference.py FOLDER > internal/model/testdata/embedded.json

Needs sentence-transformers (bench/peers/requirements.txt).
"""

import json
import os
import sys

from sentence_transformers import SentenceTransformer

folder = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "..", "..", "bert", "testdata", "public.json")) as f:
    texts = json.load(f)["texts"]
model = SentenceTransformer(folder, device="cpu")
vectors = [model.encode(text, normalize_embeddings=True) for text in texts]
print("{")
print(f' "model": {json.dumps(os.path.basename(os.path.abspath(folder)))},')
print(' "embeddings": [')
print(",\n".join("  [" + ",".join(f"{x:.7g}" for x in v.tolist()) + "]" for v in vectors))
print(" ]\n}")
