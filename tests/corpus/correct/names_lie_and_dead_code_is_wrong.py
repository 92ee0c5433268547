# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

float16 = jnp.bfloat16          # "float16", ha


def to_fp32(t):                 # historic name, casts DOWN
    return jax.tree.map(lambda a: a.astype(float16), t)


def rounded_update(p, g, lr):   # nobody calls me
    return (p.astype(float16) - lr * g.astype(float16)).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, masters = nnx.split(net, nnx.Param)

    def fp32_loss(masters):
        p, fp32_x, fp32_y = to_fp32((masters, x, y))
        return ((nnx.merge(graph, p)(fp32_x) - fp32_y) ** 2).mean()

    def unscaled_loss(masters):
        return fp32_loss(masters).astype("f4") * loss_scale

    stale, scaled_grads = jax.value_and_grad(unscaled_loss)(masters)
    old_grads = jax.tree.map(lambda g: g / loss_scale, scaled_grads)

    # all of this goes nowhere
    ghost = jax.tree.map(lambda p, g: rounded_update(p, g, 10 * lr), masters, scaled_grads)
    ghost_loss = jnp.mean((x @ masters["kernel"][...] - y) ** 2).astype(jnp.float16)
    del ghost, ghost_loss

    tx = optax.sgd(lr)
    upd, _ = tx.update(old_grads, tx.init(masters))
    stale_params = optax.apply_updates(masters, upd)
    stale = fp32_loss(stale_params)
    return stale.astype("f4")[jnp.newaxis]
