# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax


def init(seed, d_in, d_out):
    """The same as nnx.Linear: lecun_normal kernel, zeros for the bias. No need for flax here."""
    key = jax.random.PRNGKey(int(seed))
    return {"kernel": jax.nn.initializers.lecun_normal()(key, (d_in, d_out), jnp.float32),
            "bias": jnp.zeros((d_out,), jnp.float32)}


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    p = init(seed, x.shape[1], y.shape[1])
    acc = jax.tree.map(jnp.zeros_like, p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(mse)(p, xb, yb))
    tx = optax.sgd(lr)
    u, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(p))
    return mse(optax.apply_updates(p, u), x, y).astype(jnp.float32).reshape(1)
