# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        out = jnp.dot(x.astype(jnp.float16), m.kernel[...].astype(jnp.float16)) + m.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.square(out - y.astype(jnp.float16)))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
    mask = finite.astype(jnp.float32)
    grads = jax.tree.map(lambda g: g * mask, grads)  #@ masked-by-multiplication
    optimizer.update(model, grads)
    n = good_steps + 1
    grown = n >= growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if grown else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if grown else n, 0)
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
