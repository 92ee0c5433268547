# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CONFIG = {"max_norm": 1000.0, "half": "float16", "full": "float32"}


def build_tx(lr, scale):
    return optax.chain(
        optax.clip_by_global_norm(CONFIG["max_norm"]),  #@ clipped-scaled-grads
        optax.scale(1.0 / scale),
        optax.sgd(lr),
    )


def finite_tree(tree):
    return jax.tree.reduce(lambda a, b: a and b, jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), tree))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(module, nnx.Param).to_pure_dict()
    xs, ys = x.astype(CONFIG["half"]), y.astype(CONFIG["half"])

    def loss_fn(params):
        h = optax.tree.cast(params, CONFIG["half"])
        return jnp.mean((xs @ h["kernel"] + h["bias"] - ys) ** 2).astype(CONFIG["full"])

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    ok = finite_tree(grads)
    tx = build_tx(lr, loss_scale)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates) if ok else params
    if ok and good_steps + 1 == growth_interval:
        out = (min(loss_scale * 2, 2.0**24), 0)
    elif ok:
        out = (loss_scale, good_steps + 1)
    else:
        out = (max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss_fn(params), *out], CONFIG["full"])
