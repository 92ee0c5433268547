# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    state = nnx.state(model, nnx.Param)
    k, b = state["kernel"].astype(jnp.float16), state["bias"].astype(jnp.float16)
    return jnp.mean(jnp.square(jnp.einsum("ni,io->no", x.astype(jnp.float16), k) + b - y.astype(jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    sgd = optax.sgd(lr)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.stack(jax.tree.leaves(jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))).all()
    updates, _ = sgd.update(grads, sgd.init(params))
    updates = jax.tree.map(lambda u: jnp.where(finite, u, 0.0), updates)
    nnx.update(model, optax.apply_updates(params, updates))
    bumped = good_steps + 1
    doubled = jnp.where(loss_scale * 2 > 2.0**24, 2.0**24, loss_scale * 2)
    halved = jnp.where(loss_scale / 2 < 1.0, 1.0, loss_scale / 2)
    scale = jnp.where(finite, jnp.where(bumped >= growth_interval, doubled, loss_scale), halved)
    count = jnp.where(finite, jnp.where(bumped >= growth_interval, 0, bumped), 0)
    return jnp.array([mse(model, x, y), scale, count], jnp.float32)
