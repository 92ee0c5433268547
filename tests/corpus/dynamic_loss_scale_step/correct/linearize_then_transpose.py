# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def _half(tree):
    return jax.tree_util.tree_map(lambda leaf: leaf.astype(jnp.float16), tree)


def make_loss(gdef, xh, yh):
    def loss(masters):
        out = nnx.merge(gdef, _half(masters))(xh)
        return jnp.mean((out - yh) * (out - yh))
    return loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(gdef, *_half((jnp.asarray(x), jnp.asarray(y))))

    def scaled(masters):
        return loss(masters).astype(jnp.float32) * jnp.float32(loss_scale)

    _, tangent_map = jax.linearize(scaled, masters)
    (grads,) = jax.linear_transpose(tangent_map, masters)(jnp.float32(1.0))
    grads = jax.tree_util.tree_map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    flags = jax.tree_util.tree_leaves(jax.tree_util.tree_map(jnp.isfinite, grads))
    if all(f.all() for f in flags):
        masters = jax.tree_util.tree_map(lambda p, g: p - jnp.float32(lr) * g, masters, grads)
        c = good_steps + 1
        s, c = {True: (min(loss_scale * 2, 2.0**24), 0), False: (loss_scale, c)}[c == growth_interval]
    else:
        s, c = max(loss_scale / 2, 1.0), 0
    return jnp.asarray([loss(masters).astype(jnp.float32), s, c], dtype=jnp.float32)
