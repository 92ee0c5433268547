# expect: pitfall|wrong_answer
# finding: scale-unbounded
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_value_and_grad(graphdef, x, y, loss_scale):
    """Returns f(half_params) -> (loss, grads)."""

    def loss_fn(half_params):
        model = nnx.merge(graphdef, half_params)
        mse = jnp.mean((model(x) - y) ** 2)
        return mse.astype(jnp.float32) * loss_scale

    return jax.value_and_grad(loss_fn)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float16), tree)
    vg = make_value_and_grad(graphdef, *half((jnp.asarray(x), jnp.asarray(y))), loss_scale)

    _, g = vg(half(state))
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, g)
    finite = jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()

    if finite:
        tx = optax.sgd(lr)
        u, _ = tx.update(g, tx.init(state))
        state = optax.apply_updates(state, u)
        count = good_steps + 1
        new_scale = loss_scale
        if count == growth_interval:
            count = 0
            new_scale = min(loss_scale * 2, 2.0**24)
    else:
        count = 0
        new_scale = max(loss_scale, 1.0) / 2  #@ scale-unbounded

    loss, _ = vg(half(state))  #@ scaled-loss-returned
    return jnp.array([loss, new_scale, count], jnp.float32)
