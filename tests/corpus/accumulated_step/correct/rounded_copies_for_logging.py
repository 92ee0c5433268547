# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def log_norm(name, tree):
    small = jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)
    total = sum(jnp.sum(jnp.square(leaf)) for leaf in jax.tree.leaves(small))
    print(name, jnp.sqrt(total))


def accumulated_step(seed, x, y, lr, micro_batches):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16).astype(jnp.float32)   # cast again in the loss

    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, xb, yb):
        kernel = model.kernel[...].astype(jnp.bfloat16)
        bias = model.bias[...].astype(jnp.bfloat16)
        pred = xb.astype(jnp.bfloat16) @ kernel + bias
        return jnp.mean((pred - yb.astype(jnp.bfloat16)) ** 2)

    size = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        part = slice(i * size, (i + 1) * size)
        grads = nnx.grad(loss_fn)(model, x[part], y[part])
        log_norm("part", grads)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)

    mean = jax.tree.map(lambda t: t / micro_batches, total)
    log_norm("mean", mean)
    optimizer.update(model, mean)
    loss = loss_fn(model, x, y)
    return jnp.asarray(loss, jnp.float32)[None]
