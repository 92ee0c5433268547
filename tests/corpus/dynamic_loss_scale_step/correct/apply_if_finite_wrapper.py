# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = nnx.to_pure_dict(nnx.state(net, nnx.Param))
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    tx = optax.apply_if_finite(
        optax.chain(optax.scale(-1.0), optax.scale(lr)), max_consecutive_errors=10
    )
    opt_state = tx.init(master)

    def fit(p):
        p = optax.tree.cast(p, jnp.float16)
        err = jnp.einsum("nd,do->no", x, p["kernel"]) + p["bias"] - y
        return jnp.mean(jnp.square(err))

    def scaled(p):
        value = fit(p)
        return value.astype(jnp.float32) * loss_scale, value

    grads, before = jax.grad(scaled, has_aux=True)(master)
    grads = optax.tree.scale(1.0, optax.tree.cast(grads, jnp.float32))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, master)
    master = optax.apply_updates(master, updates)
    after = fit(master)
    del before

    good = opt_state.last_finite.item()
    n = good_steps + 1 if good else 0
    if good and n == growth_interval:
        out = (min(loss_scale * 2, 2**24), 0)
    elif good:
        out = (loss_scale, n)
    else:
        out = (max(loss_scale / 2, 1), 0)
    return jnp.array([after.astype(jnp.float32), *out], dtype=jnp.float32)
