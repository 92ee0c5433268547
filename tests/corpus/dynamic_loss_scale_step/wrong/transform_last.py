# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def keep_dtype(dtype):
    """A stateless gradient transformation that casts what passes through."""

    def init(params):
        return optax.EmptyState()

    def update(updates, state, params=None):
        return jax.tree.map(lambda u: u.astype(dtype), updates), state  #@ low-precision-update

    return optax.GradientTransformation(init, update)


class Policy:
    compute = jnp.float16
    param = jnp.float32

    @classmethod
    def to_compute(cls, tree):
        return jax.tree.map(lambda a: a.astype(cls.compute), tree)

    @classmethod
    def to_param(cls, tree):
        return jax.tree.map(lambda a: a.astype(cls.param), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = Policy.to_compute((x, y))
    tx = optax.chain(optax.sgd(lr), keep_dtype(Policy.compute))  #@ low-precision-update
    opt_state = tx.init(params)

    def loss_fn(params):
        model = nnx.merge(graphdef, Policy.to_compute(params))
        return jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)

    grads = Policy.to_param(jax.grad(lambda p: loss_fn(p) * loss_scale)(params))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)  #@ low-precision-update
        params = optax.apply_updates(params, updates)
        count, scale = good_steps + 1, loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
