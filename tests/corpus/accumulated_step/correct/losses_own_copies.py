# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def part_loss(params16, xb, yb):
    out = half(xb) @ params16["kernel"] + params16["bias"]
    return jnp.mean((out - half(yb)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": module.kernel[...], "bias": module.bias[...]}
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)

    def sum_of_losses(masters):
        losses = []
        for xb, yb in zip(xs, ys):
            # a fresh copy for each part, so that each part's gradient is cast before it is added
            losses.append(part_loss(half(masters), xb, yb).astype(jnp.float32))
        return sum(losses)

    grads = jax.grad(sum_of_losses)(masters)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    opt = optax.sgd(lr)
    updates, _ = opt.update(grads, opt.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return part_loss(half(masters), x, y).astype(jnp.float32).reshape(1)
