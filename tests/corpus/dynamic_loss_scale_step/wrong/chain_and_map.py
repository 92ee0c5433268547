# expect: wrong_answer|pitfall
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(model, lr, scale):
    tx = optax.chain(optax.scale(1.0 / scale), optax.sgd(lr))  #@ doubly-unscaled-grads
    return nnx.Optimizer(model, tx, wrt=nnx.Param)


def finite_tree(tree):
    return all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(tree))


def schedule(finite, scale, steps, interval):
    steps = steps + 1 if finite else 0
    if not finite:
        scale = max(scale / 2, 1.0)
    if steps == interval:
        scale, steps = min(scale * 2, 2.0**24), 0
    return scale, steps


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = make_optimizer(model, lr, loss_scale)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((m(xh) - yh) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)  #@ doubly-unscaled-grads
    finite = finite_tree(grads)
    if finite:
        optimizer.update(model, grads)  #@ doubly-unscaled-grads
    scale, steps = schedule(finite, loss_scale, good_steps, growth_interval)
    return jnp.array([loss_fn(model), scale, steps], dtype=jnp.float32)
