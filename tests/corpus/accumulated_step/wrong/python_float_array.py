# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)

    def f(state, xs, ys):
        s16 = jax.tree.map(lambda v: v.astype(jnp.bfloat16), state)
        diff = nnx.merge(graphdef, s16)(xs.astype(jnp.bfloat16)) - ys.astype(jnp.bfloat16)
        return jnp.mean(diff * diff)

    df = jax.jit(jax.grad(f))
    xs, ys = np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)
    acc = jax.tree.map(lambda *g: sum(g) / micro_batches, *(df(state, a, b) for a, b in zip(xs, ys)))
    state = jax.tree.map(lambda p, g: p - lr * g, state, acc)
    return np.array([f(state, x, y)], dtype=float)  #@ wrong-output-dtype
