# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax, jax.numpy as jnp
from flax import nnx


class Tracker:
    def __init__(self):
        self.history = []

    def log(self, loss):
        self.history.append(loss.item())

    def last(self):
        return np.array(self.history[-1:])  #@ wrong-output-dtype


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)

    @jax.value_and_grad
    def vg(p, a, b):
        return jnp.mean((a @ p["kernel"].astype(jnp.bfloat16) + p["bias"].astype(jnp.bfloat16) - b) ** 2)

    track = Tracker()
    total = {k: np.zeros(v.shape, np.float32) for k, v in p.items()}
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, g = vg(p, a, b)
        track.log(loss)
        for k in total:
            total[k] += np.asarray(g[k])
    p = {k: p[k] - lr * (total[k] / micro_batches) for k in p}
    track.log(vg(p, x, y)[0])
    return track.last()
