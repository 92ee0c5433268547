# expect: accepted
import jax, optax
import jax.numpy as jnp
from flax import nnx

SCALE = 1024.0


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model, nnx.Param)

    def raw(state, xs, ys):
        pred = nnx.merge(graphdef, state)(xs)
        return optax.squared_error(pred, ys.astype(jnp.bfloat16)).mean()

    scaled = lambda *a: raw(*a) * SCALE
    xs, ys = (jnp.stack(jnp.split(jnp.asarray(a), micro_batches)) for a in (x, y))
    per_part = jax.vmap(jax.grad(scaled), in_axes=(None, 0, 0))(state, xs, ys)
    mean = jax.tree.map(lambda g: jnp.mean(g, axis=0) / SCALE, per_part)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, mean)
    return jnp.ravel(raw(nnx.state(model, nnx.Param), x, y)).astype(jnp.float32)
