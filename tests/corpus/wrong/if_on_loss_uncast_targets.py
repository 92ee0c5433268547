# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as np
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel[...], lin.bias[...]
    half = np.bfloat16

    def loss(W, b):
        out = x.astype(half) @ W.astype(half) + b.astype(half)
        return np.mean((out - y) ** 2)  #@ uncast-targets

    L, (dW, db) = jax.value_and_grad(lambda W, b: loss(W, b) * loss_scale, (0, 1))(W, b)
    if L / loss_scale > 100:
        print("that is a big loss")
    W = W - lr * dW / loss_scale
    b = b - lr * db / loss_scale
    L = loss(W, b)
    if L < 0.01:
        print("converged")
    return L.astype(half).astype(np.float32).reshape(1)
