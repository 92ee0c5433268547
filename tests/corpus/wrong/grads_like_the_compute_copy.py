# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_like(tree, like):
    """Give every leaf the dtype that its partner has."""
    return jax.tree.map(lambda a, b: jax.lax.convert_element_type(a, b.dtype), tree, like)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, masters = nnx.split(model, nnx.Param)
    template = jax.tree.map(lambda p: jax.ShapeDtypeStruct(p.shape, jnp.bfloat16), masters)
    x, y = cast_like((x, y), (jnp.bfloat16(0), jnp.bfloat16(0)))

    def mse(p):
        return jnp.mean((nnx.merge(graph, cast_like(p, template))(x) - y) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(masters)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    grads = cast_like(cast_like(grads, template), masters)  #@ low-precision-grads
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    return mse(optax.apply_updates(masters, updates)).astype(jnp.float32).reshape(1)
