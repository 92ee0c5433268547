# expect: wrong_answer|pitfall
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # 1. model and optimizer
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)

    # 2. loss
    def loss_fn(params):
        p16 = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        m16 = nnx.merge(graphdef, p16)
        return jnp.mean((m16(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    # 3. gradient
    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    # 4. finite
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    # 5. update
    if finite:
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)

    # 6. scale and count
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    count = good_steps + 1 if finite else 0
    if count >= growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0

    # 7. loss
    loss = loss_fn(params)

    # 8. float32
    loss, scale, count = jnp.float32(loss), jnp.float32(scale), jnp.float32(count)
    return loss  #@ wrong-output-shape
