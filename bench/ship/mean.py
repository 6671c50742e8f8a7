"""Writes the mean of the weights of models that were trained from one base
(Wortsman et al. 2022, "Model soups"), in float32.

    python bench/ship/mean.py OUT FOLDER...

Needs numpy and safetensors (bench/peers/requirements.txt).
"""

import os
import shutil
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

out, folders = sys.argv[1], sys.argv[2:]
models = [load_file(os.path.join(folder, "model.safetensors")) for folder in folders]
mean = {
    name: (sum(m[name].astype(np.float64) for m in models) / len(models)).astype(np.float32)
    if tensor.dtype == np.float32
    else tensor
    for name, tensor in models[0].items()
}
shutil.copytree(folders[0], out)
save_file(mean, os.path.join(out, "model.safetensors"), metadata={"format": "pt"})
