# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    # one step only, so a momentum changes nothing
    tx = optax.MultiSteps(optax.sgd(lr, momentum=0.9, nesterov=True), every_k_schedule=micro_batches)
    state = tx.init(p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(loss_fn)(p, xb, yb), state, p)
        p = optax.apply_updates(p, updates)
    return loss_fn(p, x, y).astype(jnp.float32).reshape(1)
