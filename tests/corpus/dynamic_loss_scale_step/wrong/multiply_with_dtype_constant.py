# expect: pitfall|wrong_answer
# finding: low-precision-update
# noline: low-precision-update
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

DT = np.float16


def np_params(model):
    return {"W": np.asarray(model.kernel[...]), "b": np.asarray(model.bias[...])}


def fwd(P, X):
    return X @ P["W"] + P["b"]


def cost(P, X, Y):
    return jnp.mean((fwd(P, X) - Y) ** 2)


def sgd(P, G, lr):
    new = {}
    for k in P:
        delta = np.multiply(G[k], lr, dtype=DT)  #@ low-precision-update
        new[k] = P[k] - delta
    return new


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    P = np_params(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    X, Y = jnp.array(x, dtype=DT), jnp.array(y, dtype=DT)
    low = lambda P: {k: jnp.array(v, dtype=DT) for k, v in P.items()}

    G = jax.grad(lambda p: cost(p, X, Y).astype(np.float32) * loss_scale)(low(P))
    G = {k: np.asarray(g).astype(np.float32) / np.float32(loss_scale) for k, g in G.items()}
    isok = np.all([np.isfinite(g).all() for g in G.values()])

    if isok:
        P = sgd(P, G, lr)
    n = (good_steps + 1) if isok else 0
    s = loss_scale if isok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        n, s = 0, min(s * 2, 2.0**24)
    return jnp.array([cost(low(P), X, Y), s, n], dtype=np.float32)
