# expect: pitfall
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(p, x, y):
        return jnp.mean((x @ p[0].astype(jnp.bfloat16) + p[1].astype(jnp.bfloat16) - y) ** 2)

    gw = jnp.zeros(w.shape)
    gb = jnp.zeros(b.shape)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        dw, db = jax.grad(loss)((w, b), xs, ys)
        gw = gw + dw
        gb = gb + db
    w = w - lr * gw / micro_batches
    b = b - lr * (gb / micro_batches).astype(jnp.bfloat16).astype(jnp.float32)  #@ low-precision-accumulator
    return loss((w, b), x, y).astype(jnp.float32).reshape(1)
