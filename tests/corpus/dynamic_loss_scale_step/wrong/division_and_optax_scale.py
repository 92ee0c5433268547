# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(lr, loss_scale):
    return optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))  #@ doubly-unscaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, make_optimizer(lr, loss_scale), wrt=nnx.Param)
    y = y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - y)).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
    match finite:
        case True if good_steps + 1 == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case True:
            scale, count = loss_scale, good_steps + 1
        case False:
            scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
