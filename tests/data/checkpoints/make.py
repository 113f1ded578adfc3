"""Makes the small checkpoints of this folder. Needs numpy 1 and torch; run again only to add a file.

Every array holds 0, 1, 2, ... in row-major order, so that a test knows what to expect.
"""
import pickle
from collections import OrderedDict

import numpy as np
import torch

numbers = np.arange(6).reshape(2, 3)
model = {
    "float32": numbers.astype(np.float32),
    "float16": numbers.astype(np.float16),
    "float64": numbers.astype(np.float64),
    "int64": numbers.astype(np.int64),
    "column_major": np.asfortranarray(numbers.astype(np.float32)),
    "large": np.arange(4096, dtype=np.float32),
    "empty": np.zeros((0, 4), np.float32),
}
content = {"model": model, "__author__": "test", "iteration": 7, "lr": np.float64(0.5)}
for protocol in (2, 3, 4, 5):
    data = pickle.dumps(content, protocol)
    with open(f"numpy1_protocol{protocol}.pkl", "wb") as file:
        file.write(data)

    # numpy 2 writes the same under the name numpy._core: rename (frames become a little too short, which no
    # reader of ours looks at).
    if protocol in (2, 3):
        data = data.replace(b"cnumpy.core.", b"cnumpy._core.")
    else:
        for name in (b"multiarray", b"numeric"):
            old, new = b"numpy.core." + name, b"numpy._core." + name
            data = data.replace(bytes([0x8C, len(old)]) + old, bytes([0x8C, len(new)]) + new)
    with open(f"numpy2_protocol{protocol}.pkl", "wb") as file:
        file.write(data)

tensors = OrderedDict(
    float32=torch.arange(6.0).reshape(2, 3),
    float16=torch.arange(6).reshape(2, 3).half(),
    bfloat16=torch.arange(6).reshape(2, 3).bfloat16(),
    int64=torch.arange(6).reshape(2, 3),
    column_major=torch.from_numpy(np.asfortranarray(numbers.astype(np.float32))),
    parameter=torch.nn.Parameter(torch.arange(6.0).reshape(2, 3)),
    offset=torch.cat([torch.full((5,), -1.0), torch.arange(6.0)])[5:].reshape(2, 3),
)
tensors._metadata = OrderedDict(version=1)
torch.save(tensors, "plain.pth")
optimizer = torch.optim.SGD([tensors["parameter"]], lr=0.1, momentum=0.9)
torch.save({"model": tensors, "optimizer": optimizer.state_dict(), "iteration": 7}, "nested.pth")
torch.save({"model": tensors}, "old_format.pth", _use_new_zipfile_serialization=False)
