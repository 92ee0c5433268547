# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def losses(p16, batch, scale):
    x, y = batch
    loss = jnp.mean((x @ p16["kernel"] + p16["bias"] - y) ** 2).astype(jnp.float32)
    return loss, loss * scale  #@ missing-loss-scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    p = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    half = lambda t: optax.tree.cast(t, jnp.float16)
    batch = half((jnp.asarray(x), jnp.asarray(y)))
    grads, scaled = jax.grad(losses, has_aux=True)(half(p), batch, loss_scale)  #@ missing-loss-scale
    print("scaled loss is", scaled)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    sgd = optax.apply_if_finite(optax.sgd(lr), 10)
    upd, st = sgd.update(grads, sgd.init(p), p)
    p = optax.apply_updates(p, upd)

    def grown(_):
        return jnp.minimum(jnp.float32(loss_scale) * 2, 2.0**24), 0

    def kept(_):
        return jnp.float32(loss_scale), good_steps + 1

    def lowered(_):
        return jnp.maximum(jnp.float32(loss_scale) / 2, 1.0), 0

    scale, count = jax.lax.cond(
        st.last_finite,
        lambda _: jax.lax.cond(good_steps + 1 >= growth_interval, grown, kept, None),
        lowered,
        None,
    )
    return jnp.array([losses(half(p), batch, 1.0)[0], scale, count], jnp.float32)
