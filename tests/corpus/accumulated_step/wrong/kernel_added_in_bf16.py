# expect: pitfall|wrong_answer
# finding: low-precision-update
# allow: master-downcast
"""Wrong: the increment of the kernel is added in bfloat16, that of the bias in float32."""
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def loss(params, x, y):
    k, b = params
    k, b, x, y = (jax.lax.convert_element_type(a, jnp.bfloat16) for a in (k, b, x, y))
    return jnp.mean(jnp.square(jnp.matmul(x, k) + b - y))


def move(p, step):
    match p.ndim:
        case 2:
            return jnp.add(*(a.astype(jnp.bfloat16) for a in (p, step))).astype(p.dtype)  #@ low-precision-update
        case _:
            return jnp.add(p, step)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = [jax.grad(loss)(params, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads)
    params = tuple(move(p, -lr * g) for p, g in zip(params, mean))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
