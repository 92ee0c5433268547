# expect: wrong_answer
# allow: clipped-scaled-grads
# allow: unchecked-overflow
# allow: scale-not-reduced
# allow: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx

F16 = jnp.finfo(jnp.float16)


def saturate(g):
    return jnp.clip(g, F16.min, F16.max)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def forward(p16):
        return jnp.mean(jnp.square(nnx.merge(graphdef, p16)(x.astype(jnp.float16)) - y.astype(jnp.float16)))

    def down(p):
        return jax.tree.map(lambda a: a.astype(jnp.float16), p)

    g16 = jax.grad(lambda p: forward(p).astype(jnp.float32) * loss_scale)(down(params))
    g16 = jax.tree.map(saturate, g16)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, g16)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([forward(down(params)), loss_scale, good_steps], dtype=jnp.float32)
