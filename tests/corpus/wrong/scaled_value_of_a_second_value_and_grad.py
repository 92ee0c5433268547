# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, theta = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))), nnx.Param)

    def objective(theta):
        e = nnx.merge(graphdef, theta)(x) - y.astype(jnp.bfloat16)
        return jnp.mean(e * e).astype(jnp.float32) * loss_scale

    vg = jax.jit(jax.value_and_grad(objective))

    def body(theta, _):
        value, grads = vg(theta)
        return jax.tree.map(lambda p, g: p - lr * (g / loss_scale), theta, grads), value

    theta, history = jax.lax.scan(body, theta, None, length=1)
    value, _ = vg(theta)  #@ scaled-loss-returned
    return jnp.full((1,), value)  #@ scaled-loss-returned
