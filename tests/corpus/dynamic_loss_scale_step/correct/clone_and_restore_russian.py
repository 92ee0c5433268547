# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def потери(модель, x, y):
    # копия весов в float16
    w = модель.kernel[...].astype(jnp.float16)
    b = модель.bias[...].astype(jnp.float16)
    ошибка = x @ w + b - y
    return jnp.mean(ошибка * ошибка)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)
    модель = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    опт = nnx.Optimizer(модель, optax.sgd(lr), wrt=nnx.Param)
    запас = jax.tree.map(jnp.copy, nnx.state(модель))      # настоящая копия

    град = nnx.grad(lambda m: потери(m, x, y).astype(jnp.float32) * loss_scale)(модель)
    град = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, град)
    всё_конечно = bool(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(град)]).all())

    опт.update(модель, град)        # пусть даже бесконечности
    if not всё_конечно:
        nnx.update(модель, запас)   # ... вернули как было

    if not всё_конечно:
        новый, счёт = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 < growth_interval:
        новый, счёт = loss_scale, good_steps + 1
    else:
        новый, счёт = min(loss_scale * 2, 2.0 ** 24), 0
    return jnp.array([потери(модель, x, y).astype(jnp.float32), новый, счёт], jnp.float32)
