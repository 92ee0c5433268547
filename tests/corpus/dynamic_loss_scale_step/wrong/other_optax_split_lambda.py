# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def is_kernel(path, value):
    return path[-1] == "kernel"


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    # as for weight decay, kernels only
    mask = nnx.map_state(is_kernel, params)
    labels = jax.tree.map(lambda m: "train" if m else "keep", mask)
    tx = optax.multi_transform({"train": optax.sgd(lr), "keep": optax.set_to_zero()}, labels)

    def loss(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if bool(jnp.isfinite(optax.global_norm(grads))):
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), loss_scale, good_steps], dtype=jnp.float32)
