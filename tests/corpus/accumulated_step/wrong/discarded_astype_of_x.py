# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    dev = jnp.bfloat16
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [lin.kernel[...], lin.bias[...]]

    def step_loss(theta, inp, lab):
        inp.astype(dev)  #@ uncast-inputs
        lab = lab.astype(dev)
        w = theta[0].astype(dev)
        b = theta[1].astype(dev)
        out = jnp.matmul(inp, w).astype(dev) + b  #@ uncast-inputs
        delta = out - lab
        return jnp.mean(delta * delta)

    vg = jax.jit(jax.value_and_grad(step_loss))
    running = [jnp.zeros_like(t) for t in theta]
    history = []
    for inp, lab in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        l, g = vg(theta, inp, lab)
        history.append(l)
        running = [r + gi for r, gi in zip(running, g)]
    theta = [t - lr * r / micro_batches for t, r in zip(theta, running)]
    return step_loss(theta, x, y).astype(jnp.float32)[None]
