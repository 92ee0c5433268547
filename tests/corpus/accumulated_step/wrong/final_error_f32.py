# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def forward(params, x):
    w, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return x.astype(jnp.bfloat16) @ w + b


def loss(params, x, y):
    return jnp.mean((forward(params, x) - y.astype(jnp.bfloat16)) ** 2)


def evaluate(params, x, y):
    pred = forward(params, x).astype(jnp.float32)  #@ full-precision-final-loss
    target = y.astype(jnp.bfloat16).astype(jnp.float32)  #@ full-precision-final-loss
    return jnp.mean((pred - target) ** 2)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]
    grads = jax.vmap(lambda a, b: jax.grad(loss)(params, a, b))(
        jnp.array(jnp.split(x, micro_batches)), jnp.array(jnp.split(y, micro_batches))
    )
    params = jax.tree.map(lambda p, g: p - lr * jnp.sum(g, axis=0) / micro_batches, params, grads)
    return evaluate(params, x, y).reshape(1)
