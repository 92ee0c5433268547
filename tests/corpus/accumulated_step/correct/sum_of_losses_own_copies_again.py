# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    n = x.shape[0] // micro_batches

    def fresh_copy(m):
        g, s = nnx.split(m, nnx.Param)
        return nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))

    def part_loss(m, xb, yb):
        d = fresh_copy(m)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
        return jnp.mean(jnp.square(d))

    def all_parts(m):
        # float32, so that 8 losses don't get lost (its derivative is 1 for each)
        tot = jnp.float32(0)
        for i in range(micro_batches):
            tot = tot + part_loss(m, x[i * n:i * n + n], y[i * n:i * n + n]).astype(jnp.float32)
        return tot

    summed = nnx.grad(all_parts)(model)
    mean = jax.tree.map(lambda g: g * (1 / micro_batches), summed)
    nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param).update(model, mean)
    return part_loss(model, x, y).astype(jnp.float32)[None]
