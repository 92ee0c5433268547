# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def step(model, optimizer, x, y, scale, count, interval):
    def scaled(model):
        return jnp.mean((model(x) - y) ** 2).astype(jnp.float32) * scale

    grads = jax.tree.map(lambda g: g / scale, nnx.grad(scaled)(model))
    ok = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    old = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, grads)
    new = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda n, o: jnp.where(ok, n, o), new, old))
    hit = ok & (count + 1 == interval)
    scale = jnp.where(ok, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(hit, jnp.minimum(scale * 2, 2.0**24), scale)
    count = jnp.where(ok & ~hit, count + 1, 0)
    return jnp.stack([jnp.mean((model(x) - y) ** 2).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.adam(lr), wrt=nnx.Param)
    return step(
        model, optimizer, x.astype(jnp.float16), y.astype(jnp.float16),
        jnp.float32(loss_scale), good_steps, growth_interval,
    )
