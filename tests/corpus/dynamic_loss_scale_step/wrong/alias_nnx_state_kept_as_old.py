# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - y.astype(jnp.float16)))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    old = nnx.state(model)  #@ unchecked-overflow
    optimizer.update(model, grads)
    new = nnx.state(model)
    nnx.update(model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))
    grown = good_steps + 1 == growth_interval
    up = min(loss_scale * 2, 2.0**24) if grown else loss_scale
    scale = jnp.where(finite, up, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if grown else good_steps + 1, 0)
    return jnp.array([loss_fn(model), scale, count], jnp.float32)
