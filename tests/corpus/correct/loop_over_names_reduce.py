# expect: accepted
import operator
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

NAMES = ["kernel", "bias"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = {}
    for name in NAMES:
        P[name] = jnp.array(getattr(net, name)[...], copy=True)

    def loss(P):
        H = {}
        for name in NAMES:
            H[name] = P[name].astype(jnp.bfloat16)
        X = x.astype(jnp.bfloat16)
        Y = y.astype(jnp.bfloat16)
        Z = X.dot(H["kernel"]) + H["bias"]
        return ((Z - Y) ** 2).mean()

    G = jax.grad(lambda P: operator.mul(loss(P).astype(jnp.float32), loss_scale))(P)
    for name in NAMES:
        assert G[name].dtype == np.float32, name
        G[name] = G[name] / loss_scale
    norm = reduce(operator.add, (jnp.sum(G[n] ** 2) for n in NAMES)) ** 0.5
    print(f"grad norm {norm}")
    for name in NAMES:
        P[name] = P[name] - lr * G[name]
    return np.asarray(loss(P)).astype(np.float32).reshape(1)
