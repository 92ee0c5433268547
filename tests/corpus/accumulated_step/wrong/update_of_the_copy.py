# expect: wrong_answer|pitfall
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def tree_cast(tree, dtype):
    return jax.tree_util.tree_map(lambda leaf: jax.lax.convert_element_type(leaf, dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = tree_cast((layer.kernel[...], layer.bias[...]), jnp.bfloat16)  #@ master-downcast
    xh, yh = tree_cast((x, y), jnp.bfloat16)

    def loss(params, lo, hi):
        out = xh[lo:hi] @ params[0] + params[1]
        return jnp.mean(jnp.square(out - yh[lo:hi]))

    def accumulate(k, width):
        g = tree_cast(jax.grad(loss)(params, k * width, (k + 1) * width), jnp.float32)
        if k == 0:
            return g
        return jax.tree_util.tree_map(jnp.add, accumulate(k - 1, width), g)

    total = accumulate(micro_batches - 1, x.shape[0] // micro_batches)
    new = jax.tree_util.tree_map(
        lambda p, t: p.astype(jnp.float32) - lr * (t / micro_batches),  #@ master-downcast
        params,
        total,
    )
    return loss(tree_cast(new, jnp.bfloat16), 0, x.shape[0]).astype(jnp.float32).reshape(1)
