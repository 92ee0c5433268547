# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        net = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), params))
        return jnp.mean((net(x) - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    def update(p, g):
        finite = jnp.all(jnp.isfinite(g))  #@ partial-finite-check, unchecked-overflow
        return jnp.where(finite, p - lr * g, p)  #@ partial-finite-check, unchecked-overflow

    params = jax.tree.map(update, params, grads)
    all_finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not all_finite:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        good_steps += 1
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
