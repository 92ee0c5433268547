# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def tree_cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def is_finite(tree):
    return jax.tree.reduce(lambda acc, g: acc & jnp.isfinite(g).all(), tree, jnp.array(True))


def gated_sgd(lr, gate):
    step_size = jnp.where(gate, lr, 0.0)  #@ masked-by-multiplication
    return optax.sgd(step_size)  #@ masked-by-multiplication


def schedule(finite, scale, count, interval):
    count = count + 1
    grow = finite & (count == interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    return scale, jnp.where(finite & ~grow, count, 0)


def make_step(graphdef):
    def loss_fn(p, x, y):
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, p)(x), y))

    @jax.jit
    def step(masters, x, y, lr, scale, count, interval):
        x, y = tree_cast((x, y), jnp.float16)
        grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * scale)(
            tree_cast(masters, jnp.float16))
        grads = jax.tree.map(lambda g: g / scale, tree_cast(grads, jnp.float32))
        finite = is_finite(grads)
        tx = gated_sgd(lr, finite)
        updates, _ = tx.update(grads, tx.init(masters))
        masters = optax.apply_updates(masters, updates)
        scale, count = schedule(finite, scale, count, interval)
        loss = loss_fn(tree_cast(masters, jnp.float16), x, y)
        return jnp.stack([loss.astype(jnp.float32), scale, count.astype(jnp.float32)])

    return step


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    return make_step(graphdef)(masters, jnp.asarray(x), jnp.asarray(y), lr,
                               jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
