# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx
h = jnp.bfloat16; f = jnp.float32
def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    L = lambda w, b: f(jnp.mean((h(x) @ h(w) + h(b) - h(y))**2))
    p = m.kernel[...], m.bias[...]
    g = jax.grad(lambda *p: L(*p) * loss_scale, (0, 1))(*p)
    return L(*[f(h(a) - lr * h(d / loss_scale)) for a, d in zip(p, g)])[None]  #@ low-precision-update, master-downcast, low-precision-grads
