# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train(model, optimizer, x, y, scale):
    def loss_fn(m):
        loss = jnp.mean((m(x) - y) ** 2)
        return loss.astype(jnp.float32) * scale, loss

    (_, _), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    backup = nnx.clone(model)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    grads = train(model, optimizer, x, y, loss_scale)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    optimizer.update(model, grads)
    if not finite:
        model = backup

    if finite and good_steps + 1 < growth_interval:
        new_scale, new_count = loss_scale, good_steps + 1
    elif finite:
        new_scale, new_count = min(2 * loss_scale, 16777216.0), 0
    else:
        new_scale, new_count = max(loss_scale / 2, 1.0), 0

    final = jnp.mean((model(x) - y) ** 2)
    out = jnp.zeros(3, jnp.float32)
    return out.at[0].set(final.astype(jnp.float32)).at[1].set(new_scale).at[2].set(new_count)
