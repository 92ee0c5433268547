# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import functools

import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def predict(params, x, out_dtype=jnp.float32):  #@ full-precision-final-loss
    w, b = (params[k].astype(jnp.bfloat16) for k in ("kernel", "bias"))
    dims = (((x.ndim - 1,), (0,)), ((), ()))
    return lax.dot_general(x, w, dims, preferred_element_type=out_dtype) + b


def mse(params, x, y, **kwargs):
    return jnp.mean(jnp.square(predict(params, x, **kwargs) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    size = x.shape[0] // micro_batches

    train_loss = functools.partial(mse, out_dtype=jnp.bfloat16)

    def body(i, acc):
        xb, yb = (lax.dynamic_slice_in_dim(a, i * size, size) for a in (x, y))
        return jax.tree.map(jnp.add, acc, jax.grad(train_loss)(params, xb, yb))

    total = lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, params))
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return mse(params, x, y).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
