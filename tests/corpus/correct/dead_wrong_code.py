# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


# first try, kept for comparison - gives the wrong loss!
def old_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(0))
    model.kernel[...] = model.kernel[...].astype(jnp.float16)
    grads = nnx.grad(lambda m: jnp.sum((m(x) - y) ** 2))(model)
    return grads


def round_grads(grads):  # not used any more
    return jax.tree.map(lambda g: g.astype(jnp.bfloat16), grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def compute_copy(m):
        graphdef, state = nnx.split(m, nnx.Param)
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        return nnx.merge(graphdef, half)

    def loss_fn(m):
        pred = compute_copy(m)(x.astype(jnp.bfloat16))
        loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    full = jnp.mean((model(x) - y) ** 2)  # fp32, just to look at
    print("fp32 loss", full)
    grads = nnx.grad(loss_fn)(model)
    small = jax.tree.map(lambda g: g.astype(jnp.bfloat16) / loss_scale, grads)
    print("what bf16 would have given", small.bias[...])
    if False:
        grads = small
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)

    # pasted from above, without the scale
    pred = compute_copy(model)(x.astype(jnp.bfloat16))
    loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
    return loss.astype(jnp.float32).reshape(1)
    return full.reshape(1)
