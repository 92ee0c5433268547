# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MASTER_DTYPE = jnp.float32
COMPUTE_DTYPE = jnp.float16


def build(seed, d_in, d_out):
    # masters are float32
    return nnx.Linear(d_in, d_out, dtype=MASTER_DTYPE, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward


def lower(tree):
    return jax.tree.map(lambda a: a.astype(COMPUTE_DTYPE), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = build(seed, x.shape[1], y.shape[1])
    graphdef, params = nnx.split(model)
    x, y = lower((jnp.asarray(x), jnp.asarray(y)))

    def loss_fn(params16):
        m = nnx.merge(graphdef, params16)
        return jnp.mean((m(x) - y) ** 2)

    def scaled_loss_fn(params16):
        return loss_fn(params16).astype(MASTER_DTYPE) * loss_scale

    grads16 = jax.grad(scaled_loss_fn)(lower(params))
    grads = jax.tree.map(lambda g: g.astype(MASTER_DTYPE) / loss_scale, grads16)
    finite = all([bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads)])

    new_scale, new_count = loss_scale, 0
    if finite:
        opt = optax.sgd(lr)
        updates, _ = opt.update(grads, opt.init(params), params)
        params = optax.apply_updates(params, updates)
        new_count = good_steps + 1
        if new_count == growth_interval:
            new_scale = min(loss_scale * 2.0, 2.0**24)
            new_count = 0
    else:
        new_scale = max(loss_scale * 0.5, 1.0)

    return jnp.array([loss_fn(lower(params)).astype(MASTER_DTYPE), new_scale, new_count], MASTER_DTYPE)
