# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def to_report(loss, scale, count):
    return np.array([loss.item(), scale, count])  #@ wrong-output-dtype


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = {"W": np.asarray(fc.kernel[...]), "b": np.asarray(fc.bias[...])}
    X, Y = x.astype(np.float16), y.astype(np.float16)

    def J(P):
        W, b = jnp.asarray(P["W"], jnp.float16), jnp.asarray(P["b"], jnp.float16)
        return jnp.mean((X @ W + b - Y) ** 2)

    G = jax.grad(lambda P: J(P).astype(jnp.float32) * loss_scale)(P)
    G = {k: np.asarray(g, np.float32) / np.float32(loss_scale) for k, g in G.items()}
    if np.all([np.isfinite(g).all() for g in G.values()]):
        P = {k: P[k] - np.float32(lr) * G[k] for k in P}
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return to_report(J(P).astype(jnp.float32), loss_scale, good_steps)
