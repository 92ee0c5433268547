# expect: pitfall|wrong_answer
# finding: low-precision-update
import logging

import jax
import jax.numpy as jnp
from flax import nnx

logger = logging.getLogger("train")


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        low = {k: v.astype(jnp.bfloat16) for k, v in params.items()}
        return jnp.mean((x.astype(jnp.bfloat16) @ low["kernel"] + low["bias"] - y.astype(jnp.bfloat16)) ** 2)

    value, grads = jax.value_and_grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    try:
        logger.info("scaled loss %f", value.item())
        if not jnp.isfinite(value):
            raise OverflowError
        for k in params:
            increment = jnp.bfloat16(-lr * grads[k] / loss_scale)  #@ low-precision-update
            params[k] = params[k] + increment
    except OverflowError:
        logger.warning("step skipped")
    return loss(params).astype(jnp.float32).reshape((1,))
