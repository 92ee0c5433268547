# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
from collections import OrderedDict
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state_dict = OrderedDict(kernel=layer.kernel[...], bias=layer.bias[...])

    @jax.jit
    def compute(sd, batch):
        sd16 = {k: jax.lax.convert_element_type(v, jnp.bfloat16) for k, v in sd.items()}
        out = batch["x"].astype(jnp.bfloat16) @ sd16["kernel"] + sd16["bias"]
        return jnp.mean(jnp.square(out - batch["y"].astype(jnp.bfloat16)))

    gradients = OrderedDict((k, jnp.zeros_like(v)) for k, v in state_dict.items())
    size = x.shape[0] // micro_batches
    for lo in range(0, x.shape[0], size):
        batch = {"x": x[lo:lo + size], "y": y[lo:lo + size]}
        gradients.update(jax.grad(compute)(state_dict, batch))  #@ last-micro-batch-only
    tx = optax.sgd(lr)
    steps, _ = tx.update(gradients, tx.init(state_dict))
    state_dict = optax.apply_updates(state_dict, steps)
    return compute(state_dict, {"x": x, "y": y}).astype(jnp.float32)[None]
