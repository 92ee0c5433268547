# expect: wrong_answer|pitfall
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Policy:
    compute = jnp.float16
    output = jnp.float32

    @classmethod
    def to_compute(cls, tree):
        return jax.tree.map(lambda t: t.astype(cls.compute), tree)

    @classmethod
    def to_output(cls, tree):
        return jax.tree.map(lambda t: t.astype(cls.output), tree)


def unscale_and_check(grads, scale):
    grads = Policy.to_output(grads)
    ok = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    grads = jax.tree.map(lambda g: g / scale, grads)
    return Policy.to_compute(grads), bool(ok)  #@ low-precision-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss_fn(params):
        params, xc, yc = Policy.to_compute((params, x, y))
        return Policy.to_output(jnp.mean((nnx.merge(graphdef, params)(xc) - yc) ** 2))

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads, ok = unscale_and_check(grads, loss_scale)  #@ low-precision-grads
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g.astype(p.dtype), params, grads)
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
