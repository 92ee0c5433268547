# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

FP16 = jnp.bfloat16  #@ wrong-half-dtype


def half_tree(tree):
    return jax.tree.map(lambda t: t.astype(FP16), tree)  #@ wrong-half-dtype


def loss_half(half_params, x, y):
    err = x.astype(FP16) @ half_params["kernel"] + half_params["bias"] - y.astype(FP16)
    return jnp.mean(err**2)


def is_finite_tree(tree):
    for leaf in jax.tree.leaves(tree):
        if not bool(jnp.isfinite(leaf).all()):
            return False
    return True


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    grads = jax.grad(lambda h: loss_half(h, x, y).astype(jnp.float32) * loss_scale)(half_tree(master))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if is_finite_tree(grads):
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(master), master)
        master = optax.apply_updates(master, updates)
        if good_steps + 1 < growth_interval:
            scale, steps = loss_scale, good_steps + 1
        else:
            scale, steps = min(2.0 * loss_scale, float(2**24)), 0
    else:
        scale, steps = max(0.5 * loss_scale, 1.0), 0
    loss = loss_half(half_tree(master), x, y)
    return jnp.array([loss.astype(jnp.float32), scale, steps], jnp.float32)
