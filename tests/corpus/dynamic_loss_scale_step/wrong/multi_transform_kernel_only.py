# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def freeze_all_but(name):
    return lambda params: {k: ("train" if k == name else "freeze") for k in params}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    tx = optax.multi_transform(
        {"train": optax.sgd(lr), "freeze": optax.set_to_zero()},
        freeze_all_but("kernel"),
    )
    state = tx.init(params)

    @jax.jit
    def half_loss(params):
        k, b, xs, ys = (a.astype(jnp.float16) for a in (params["kernel"], params["bias"], x, y))
        return jnp.mean(jnp.square(xs @ k + b - ys)).astype(jnp.float32)

    @jax.jit
    def step(params, state, scale):
        g = jax.grad(lambda p: half_loss(p) * scale)(params)
        g = jax.tree.map(lambda a: a / scale, g)
        ok = jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()
        u, new_state = tx.update(g, state, params)
        new = optax.apply_updates(params, u)
        return jax.lax.cond(ok, lambda: (new, new_state, True), lambda: (params, state, False))

    params, state, ok = step(params, state, jnp.float32(loss_scale))
    if ok:
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([half_loss(params), loss_scale, good_steps], jnp.float32)
