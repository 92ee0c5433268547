# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, c = l.kernel[...], l.bias[...]

    def cost(w, c):
        h = np.bfloat16
        r = x.astype(h) @ w.astype(h) + c.astype(h) - y.astype(h)
        return np.mean(r * r)

    dw, dc = jax.grad(lambda w, c: cost(w, c).astype(np.float32) * loss_scale, (0, 1))(w, c)
    inv = 1 / loss_scale
    dw, dc = dw * inv, dc * inv
    rate = lr * inv  #@ doubly-unscaled-grads
    w = w - rate * dw
    c = c - rate * dc
    return cost(w, c).astype(np.float32).reshape(1)
