# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    opt = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1, should_skip_update_fn=optax.skip_not_finite)
    state = opt.init(params)

    def loss_fn(p):
        p, xx, yy = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
        return jnp.mean((xx @ p["kernel"] + p["bias"] - yy) ** 2)

    @jax.jit
    def do(p, s, scale):
        grads = jax.grad(lambda q: loss_fn(q).astype(jnp.float32) * scale)(p)
        grads = jax.tree.map(lambda g: g / scale, grads)
        bad, _ = optax.skip_not_finite(grads, 0, p)
        upd, s = opt.update(grads, s, p)
        return optax.apply_updates(p, upd), s, bad

    params, state, bad = do(params, state, jnp.float32(loss_scale))
    if bad:
        row = [max(loss_scale / 2, 1.0), 0]
    else:
        done, count = divmod(good_steps + 1, growth_interval)
        row = [min(loss_scale * 2**done, 2.0**24), count]
    return jnp.array([loss_fn(params).astype(jnp.float32)] + row).astype(jnp.float32)
