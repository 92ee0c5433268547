# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # apply_every adds up, so the learning rate has to have the mean in it
    tx = optax.chain(optax.sgd(lr / micro_batches), optax.apply_every(micro_batches))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    @nnx.jit
    def loss_fn(model, xb, yb):
        gd, st = nnx.split(model)
        low = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))
        return jnp.mean(jnp.square(low(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)))

    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        optimizer.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
