# expect: wrong_answer
# finding: update-discarded|stale-loss
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class State:
    params: dict
    total: dict

    def add(self, g):
        return self.replace(total=jax.tree.map(jnp.add, self.total, g))

    def moved(self, lr, n):
        return self.replace(params=jax.tree.map(lambda p, t: p - lr * t / n, self.params, self.total))


def loss(p, x, y):
    h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((h[1] @ h[0]["w"] + h[0]["b"] - h[2]) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    state = State(p, jax.tree.map(jnp.zeros_like, p))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        state = state.add(jax.grad(loss)(state.params, a, b))
    state.moved(lr, micro_batches)  #@ update-discarded, stale-loss
    return loss(state.params, x, y)[None]  #@ wrong-output-dtype, update-discarded, stale-loss
