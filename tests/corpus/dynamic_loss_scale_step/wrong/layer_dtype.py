# expect: wrong_answer|pitfall
# finding: full-precision-forward
# allow: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx

FULL, HALF = jnp.float32, jnp.float16


def convert(tree, dtype):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], dtype=FULL, param_dtype=FULL, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    structure, masters = nnx.split(layer)
    xb, yb = convert((x, y), HALF)

    def evaluate(half_params):
        out = nnx.merge(structure, half_params)(xb)  #@ full-precision-forward
        return jnp.mean(jnp.square(out.astype(HALF) - yb))

    def big_loss(params):
        return evaluate(convert(params, HALF)).astype(FULL) * loss_scale

    grads = convert(jax.grad(big_loss)(masters), FULL)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = bool(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all())
    if ok:
        tx = optax.sgd(lr)
        delta, _ = tx.update(grads, tx.init(masters))
        masters = optax.apply_updates(masters, delta)

    table = {
        (False, False): (max(loss_scale / 2, 1.0), 0),
        (False, True): (max(loss_scale / 2, 1.0), 0),
        (True, False): (loss_scale, good_steps + 1),
        (True, True): (min(loss_scale * 2, 2.0**24), 0),
    }
    scale, count = table[ok, good_steps + 1 == growth_interval]
    return jnp.array([evaluate(convert(masters, HALF)), scale, count], dtype=FULL)
