# expect: pitfall|wrong_answer
# finding: master-downcast
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
from flax import nnx


class Store:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value.astype(jnp.bfloat16))  #@ master-downcast


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    s = Store()
    s.w, s.b, s.x, s.y = lin.kernel[...], lin.bias[...], x, y  #@ master-downcast

    def mse(w, b):
        return jnp.mean((s.x @ w + b - s.y) ** 2)

    gw, gb = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, (0, 1))(s.w, s.b)
    # the sum is float32
    s.w = s.w.astype(jnp.float32) - lr * (gw.astype(jnp.float32) / loss_scale)
    s.b = s.b.astype(jnp.float32) - lr * (gb.astype(jnp.float32) / loss_scale)
    return mse(s.w, s.b).reshape(1)  #@ wrong-output-dtype
