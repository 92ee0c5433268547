# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def matrices(params):
    return jax.tree.map(lambda a: a.ndim > 1, params)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    p = state.to_pure_dict()
    tx = optax.chain(
        optax.masked(optax.scale(1.0 / loss_scale), matrices),  #@ unscaled-grads
        optax.apply_if_finite(optax.sgd(lr), 1000),
    )

    def loss_fn(p):
        d = jax.tree.map(lambda a: a.astype(jnp.float16), {**p, "x": x, "y": y})
        return jnp.mean(jnp.square(d["x"] @ d["kernel"] + d["bias"] - d["y"])).astype(jnp.float32)

    g = jax.grad(lambda p: loss_fn(p) * loss_scale)(p)
    u, st = tx.update(g, tx.init(p), p)
    p = optax.apply_updates(p, u)
    ok = st[1].last_finite
    hit = ok & (good_steps + 1 >= growth_interval)
    scale = jnp.select([hit, ok], [min(2 * loss_scale, 2.0**24), loss_scale], max(loss_scale / 2, 1.0))
    count = jnp.select([hit, ok], [0, good_steps + 1], 0)
    return jnp.array([loss_fn(p), scale, count], jnp.float32)
