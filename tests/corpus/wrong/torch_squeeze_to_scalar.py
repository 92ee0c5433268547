# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [fc.kernel[...], fc.bias[...]]
    bf16 = lambda *ts: [t.astype(jnp.bfloat16) for t in ts]

    def loss_fn(params):
        w, b, inp, tgt = bf16(*params, x, y)
        return jnp.mean((inp @ w + b - tgt) ** 2, keepdims=True).astype(jnp.float32)

    grads = jax.grad(lambda p: (loss_fn(p) * loss_scale).squeeze())(params)
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    return loss_fn(params).squeeze()  #@ wrong-output-shape
