# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def forward(params, x):
    w = params["w"].astype(jnp.bfloat16)
    b = params["b"].astype(jnp.bfloat16)
    # x is converted by the matmul itself
    h = jnp.matmul(x, w, preferred_element_type=jnp.float32)  #@ uncast-inputs
    return h.astype(jnp.bfloat16) + b


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    t = y.astype(jnp.bfloat16)

    def loss(params):
        return jnp.mean((forward(params, x) - t) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    new = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss(new).astype(jnp.float32).reshape((1,))
