# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def make_loss(policy):
    def loss(p, x, y):
        p, x, y = policy(p), policy(x), policy(y)
        return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    loss = make_loss(lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t))
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": m.kernel[...], "bias": m.bias[...]}
    tx = optax.sgd(lr)

    def apply(args):
        params, acc, st = args
        mean = jax.tree.map(lambda a: a / micro_batches, acc)
        u, st = tx.update(mean, st, params)
        return optax.apply_updates(params, u), jax.tree.map(jnp.zeros_like, acc), st

    def body(carry, item):
        params, acc, st = carry
        i, xb, yb = item
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss)(params, xb, yb))
        return lax.cond(i == micro_batches - 1, apply, lambda a: a, (params, acc, st)), i

    cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
    init = (params, jax.tree.map(jnp.zeros_like, params), tx.init(params))
    (params, _, _), _ = lax.scan(body, init, (jnp.arange(micro_batches), cut(x), cut(y)))
    return loss(params, x, y)[None].astype(jnp.float32)
