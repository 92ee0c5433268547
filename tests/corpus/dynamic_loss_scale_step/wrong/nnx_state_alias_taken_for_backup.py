# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import partial


def rollback_unless(ok, model, backup):
    nnx.update(model, jax.tree.map(partial(jnp.where, ok), nnx.state(model, nnx.Param), backup))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = (jnp.asarray(v, jnp.float16) for v in (x, y))

    def loss(m):
        k, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((xh @ k + b - yh) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    backup = nnx.state(model, nnx.Param)  #@ unchecked-overflow
    opt.update(model, grads)
    rollback_unless(ok, model, backup)
    n = (good_steps + 1) * int(ok)
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.stack([loss(model).astype(jnp.float32), jnp.float32(s), jnp.float32(n)])
