# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    tx = optax.apply_if_finite(optax.sgd(lr), 1000)
    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def loss_fn(p):
        q = optax.tree.cast(p, jnp.float16)
        return jnp.mean((x @ q["kernel"] + q["bias"] - y) ** 2).astype(jnp.float32)

    def body(carry, rate):
        p, st = carry
        loss, g = jax.value_and_grad(lambda p: loss_fn(p) * loss_scale)(p)
        g = jax.tree.map(lambda a: a / loss_scale, g)
        u, new_st = tx.update(g, st, p)
        u = jax.tree.map(lambda a: jnp.where(rate > 0, a, 0.0), u)
        return (optax.apply_updates(p, u), new_st), (loss_fn(p), new_st.last_finite)

    _, (losses, oks) = jax.lax.scan(body, (params, tx.init(params)), jnp.array([1.0, 0.0]))
    ok = oks[0]
    hit = good_steps + 1 >= growth_interval
    scale = jnp.where(ok, min(loss_scale * 2, 2.0**24) if hit else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(ok, 0 if hit else good_steps + 1, 0)
    return jnp.array([losses[0], scale, count], jnp.float32)  #@ stale-loss
