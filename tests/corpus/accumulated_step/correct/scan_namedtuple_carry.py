# expect: accepted
from typing import NamedTuple, Any
import jax
import jax.numpy as jnp
from jax import lax
import optax
from flax import nnx


class Acc(NamedTuple):
    grads: Any
    logged_loss: jax.Array   # bf16, only for logging
    n: jax.Array


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, params = nnx.split(model)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def loss_fn(p, xb, yb):
        net = nnx.merge(gdef, optax.tree.cast(p, jnp.bfloat16))
        out = net(xb.astype(jnp.bfloat16))
        return optax.losses.squared_error(out, yb.astype(jnp.bfloat16)).mean()

    def body(carry: Acc, mb):
        l, g = jax.value_and_grad(loss_fn)(params, *mb)
        return Acc(optax.tree.add(carry.grads, g), carry.logged_loss + l, carry.n + 1), l

    start = Acc(optax.tree.zeros_like(params), jnp.zeros((), jnp.bfloat16), jnp.zeros((), jnp.int32))
    end, _ = lax.scan(body, start, (xs, ys))
    mean = jax.tree.map(lambda g: g / end.n.astype(jnp.float32), end.grads)
    opt = optax.sgd(lr)
    upd, _ = opt.update(mean, opt.init(params), params)
    params = optax.apply_updates(params, upd)
    return jnp.expand_dims(loss_fn(params, x, y), 0).astype(jnp.float32)
