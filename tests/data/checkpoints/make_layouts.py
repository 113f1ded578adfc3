"""Makes this folder's files of other programs' layouts and of torch's old format. Needs numpy 1 and torch, for example
Debian 12's python3-torch and python3-numpy (torch 1.13, numpy 1.24); run again only to add a file.

Every array holds 0, 1, 2, ... in row-major order, so that a test knows what to expect.
"""
import pickle
from collections import OrderedDict

import numpy as np
import torch

# Torch's format before 1.6, as torch still writes it on request: two tensors share a storage, one is a view, and an
# optimizer's storages stand between those of the model.
shared = torch.arange(6.0)
tensors = OrderedDict(
    float32=torch.arange(6.0).reshape(2, 3),
    float16=torch.arange(6).reshape(2, 3).half(),
    int64=torch.arange(6).reshape(2, 3),
    column_major=torch.from_numpy(np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))),
    parameter=torch.nn.Parameter(torch.arange(6.0).reshape(2, 3)),
    offset=torch.cat([torch.full((5,), -1.0), torch.arange(6.0)])[5:].reshape(2, 3),
    whole=shared,
    part=shared[:3],
)
optimizer = torch.optim.SGD([tensors["parameter"]], lr=0.1, momentum=0.9)
tensors["parameter"].grad = torch.ones(2, 3)
optimizer.state[tensors["parameter"]]["momentum_buffer"] = torch.full((2, 3), 9.0)
old = dict(_use_new_zipfile_serialization=False)
torch.save({"model": tensors, "optimizer": optimizer.state_dict(), "iteration": 7}, "old_with_optimizer.pth", **old)
torch.save(tensors, "old_protocol4.pth", pickle_protocol=4, **old)

# Big-endian arrays, as numpy on such a machine or an explicit dtype makes them.
big = {name: np.arange(6).reshape(2, 3).astype(name) for name in (">f4", ">f2", ">f8", ">i8", ">i4", ">i2", "u1")}
big["column_major"] = np.asfortranarray(np.arange(6).reshape(2, 3).astype(">f4"))
big["large"] = np.arange(1000, dtype=">f4")
for protocol in (2, 4, 5):
    with open(f"big_endian_protocol{protocol}.pkl", "wb") as file:
        pickle.dump({"model": big, "lr": np.float64(0.5).astype(">f8")}, file, protocol)

# Where programs put the model. Each has the same arrays, under a name of its own.
def arrays(prefix=""):
    return OrderedDict((f"{prefix}layer{i}.weight", torch.arange(float(i + 2))) for i in range(7))

torch.save({"epoch": 3, "model_state": arrays(), "ema_state": arrays("other."), "optimizer_state": {}}, "model_state.pyth")
torch.save({"ema_state": arrays(), "iteration": 3}, "ema_state.pth")
torch.save({"state_dict": arrays(), "meta": {"epoch": 3}}, "state_dict.pth")
network = torch.nn.DataParallel(torch.nn.Sequential(*(torch.nn.Linear(1, 6) for _ in range(4))))
for value in network.state_dict().values():
    value.copy_(torch.arange(6.0).reshape(value.shape))
torch.save({"model": network.state_dict()}, "data_parallel.pth")
