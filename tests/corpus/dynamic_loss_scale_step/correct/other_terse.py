# expect: accepted
import jax, jax.numpy as np
from jax.tree import map as tmap, leaves
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    h, f, S, n = np.float16, np.float32, loss_scale, good_steps + 1
    gd, P = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    L = lambda P: np.mean((nnx.merge(gd, tmap(h, P))(h(x)) - h(y)) ** 2).astype(f)
    G = tmap(lambda g: g.astype(f) / S, jax.grad(lambda P: L(P) * S)(P))
    ok = max(float(abs(g).max()) if not bool(np.isnan(g).any()) else float("inf") for g in leaves(G)) < float("inf")
    P = tmap(lambda p, g: p - lr * g, P, G) if ok else P
    S, n = ((S, n) if n < growth_interval else (min(2 * S, 2**24), 0)) if ok else (max(S / 2, 1), 0)
    return np.array([L(P), S, n], f)
