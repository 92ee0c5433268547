# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_dtype():
    """The 16 bit format that the hardware is good at."""
    if jax.default_backend() == "gpu":
        return jnp.float16
    return jnp.bfloat16  #@ wrong-half-dtype


class Mixed:
    def __init__(self, model, dtype):
        self.graphdef, self.masters = nnx.split(model)
        self.dtype = dtype

    def cast(self, tree):
        return jax.tree.map(lambda a: a.astype(self.dtype), tree)  #@ wrong-half-dtype

    def loss(self, masters, x, y):
        model = nnx.merge(self.graphdef, self.cast(masters))
        return jnp.mean((model(self.cast(x)) - self.cast(y)) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    mixed = Mixed(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), half_dtype())  #@ wrong-half-dtype
    tx = optax.sgd(lr)
    state = tx.init(mixed.masters)
    grads = jax.grad(lambda p: mixed.loss(p, x, y) * loss_scale)(mixed.masters)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.reduce(lambda a, g: a and bool(jnp.isfinite(g).all()), grads, True)
    if finite:
        updates, state = tx.update(grads, state, mixed.masters)
        mixed.masters = optax.apply_updates(mixed.masters, updates)
        scale, count = loss_scale, good_steps + 1
        if count >= growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mixed.loss(mixed.masters, x, y), scale, count], dtype=jnp.float32)
