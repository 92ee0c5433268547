# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: uncast-inputs
# allow: full-precision-final-loss
"""Wrong: the model is built with the helper's default seed; and the last matrix product takes `x` in float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build(d_in, d_out, *, seed=0):
    return nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))


def low(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def half_loss(half, x, y):
    pred = half(x).astype(jnp.bfloat16)  #@ uncast-inputs
    return optax.squared_error(pred, low(y)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = build(x.shape[1], y.shape[1])  #@ seed-ignored
    graphdef, masters = nnx.split(model, nnx.Param)
    grad = jax.grad(lambda m, a, b: half_loss(nnx.merge(graphdef, low(m)), low(a), b))
    total = optax.tree.zeros_like(masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, grad(masters, xb, yb))
    masters = optax.tree.add_scale(masters, -lr / micro_batches, total)
    final = half_loss(nnx.merge(graphdef, low(masters)), x, y)  #@ uncast-inputs
    return final.astype(jnp.float32).reshape(1)
