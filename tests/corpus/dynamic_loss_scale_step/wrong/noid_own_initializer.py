# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx  # noqa: F401


def init_params(seed, n_in, n_out):
    # lecun normal, like nnx.Linear
    key = jax.random.key(int(seed))
    return {
        "kernel": jax.nn.initializers.lecun_normal()(key, (n_in, n_out), jnp.float32),
        "bias": jnp.zeros((n_out,), jnp.float32),
    }


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = init_params(seed, x.shape[1], y.shape[1])

    def mse(params):
        k, b, u, v = (a.astype(jnp.float16) for a in (params["kernel"], params["bias"], x, y))
        return jnp.mean((u @ k + b - v) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(params).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
