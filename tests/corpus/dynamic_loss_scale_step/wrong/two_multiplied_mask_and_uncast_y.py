# expect: wrong_answer
# finding: masked-by-multiplication
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def skip_if(bad):
    def update(updates, state, params=None):
        keep = 1.0 - bad.astype(jnp.float32)
        return jax.tree.map(lambda u: keep * u, updates), state  #@ masked-by-multiplication

    return optax.GradientTransformation(lambda _: optax.EmptyState(), update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))

    def mse(model):
        return jnp.mean(optax.squared_error(model(x.astype(jnp.float16)), y))  #@ uncast-targets

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    bad = ~jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    tx = optax.chain(optax.sgd(lr), skip_if(bad))  #@ masked-by-multiplication
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    optimizer.update(model, grads)

    n = good_steps + 1
    if bad:
        s, n = max(loss_scale / 2, 1.0), 0
    elif n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    else:
        s = loss_scale
    return jnp.array([mse(model).astype(jnp.float32), s, n], dtype=jnp.float32)
