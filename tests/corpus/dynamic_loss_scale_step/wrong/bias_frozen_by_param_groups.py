# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def param_groups(params):
    # como en PyTorch: los sesgos van aparte
    return {k: "decay" if v.ndim > 1 else "no_decay" for k, v in params.items()}


def build_tx(lr):
    return optax.multi_transform({"decay": optax.sgd(lr), "no_decay": optax.set_to_zero()}, param_groups)


def cost(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    return jnp.mean(optax.squared_error(x @ p["kernel"] + p["bias"], y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    tx = build_tx(lr)
    grads = jax.grad(lambda p: cost(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in grads.values()):
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([cost(params, x, y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
