# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def batch_loss(params, x, y, dtype=jnp.float32):
    w, b, x, y = (jnp.asarray(a).astype(dtype) for a in (*params, x, y))
    return jnp.mean(jnp.square(x @ w + b - y))


train_loss = partial(batch_loss, dtype=jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    split = lambda a: a.reshape(micro_batches, -1, a.shape[1])

    def body(acc, part):
        g = jax.grad(train_loss)(params, *part)
        return [a + b for a, b in zip(acc, g)], ()

    acc, _ = jax.lax.scan(body, [jnp.zeros_like(p) for p in params], (split(x), split(y)))
    params = [p - lr * (a / micro_batches) for p, a in zip(params, acc)]
    return batch_loss(params, x, y).reshape(1)  #@ full-precision-final-loss
