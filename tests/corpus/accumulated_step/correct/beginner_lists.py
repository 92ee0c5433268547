# expect: accepted
# Right: a beginner's version with lists of gradients, added one after the other at the end.
import jax
import jax.numpy as jnp
from flax import nnx

def accumulated_step(seed, x, y, lr, micro_batches):
    # make the model
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = model.kernel[...]
    b = model.bias[...]

    # x and y are only needed in bfloat16
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)

    def loss(w, b, xx, yy):
        w16 = w.astype(jnp.bfloat16)
        b16 = b.astype(jnp.bfloat16)
        pred = jnp.dot(xx, w16) + b16
        error = pred - yy
        squares = error * error
        return jnp.mean(squares)

    # collect the gradients
    n = x.shape[0] // micro_batches
    all_gw = []
    all_gb = []
    for i in range(micro_batches):
        gw, gb = jax.grad(loss, argnums=(0, 1))(w, b, x16[i*n:(i+1)*n], y16[i*n:(i+1)*n])
        all_gw.append(gw)
        all_gb.append(gb)

    # the mean
    mean_w = all_gw[0]
    mean_b = all_gb[0]
    for i in range(1, micro_batches):
        mean_w = mean_w + all_gw[i]
        mean_b = mean_b + all_gb[i]
    mean_w = mean_w / micro_batches
    mean_b = mean_b / micro_batches

    # the step
    w = w - lr * mean_w
    b = b - lr * mean_b
    final = loss(w, b, x16, y16)
    return jnp.array([final]).astype(jnp.float32)
