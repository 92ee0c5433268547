# expect: wrong_answer|pitfall
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def init_params(seed, d_in, d_out):
    rngs = nnx.Rngs(int(seed), params=0)  #@ seed-ignored
    linear = nnx.Linear(d_in, d_out, rngs=rngs)  #@ seed-ignored
    return {"kernel": linear.kernel[...], "bias": linear.bias[...]}


def loss(params, batch):
    cast = lambda a: jnp.asarray(a, dtype=jnp.bfloat16)
    kernel, bias = cast(params["kernel"]), cast(params["bias"])
    inputs, targets = map(cast, batch)
    return jnp.mean((inputs @ kernel + bias - targets) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    params = init_params(seed, x.shape[1], y.shape[1])
    parts = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))

    def add(acc, part):
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(params, part)), None

    acc, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, params), parts)
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(acc, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, (x, y)).astype(jnp.float32).reshape(1)
