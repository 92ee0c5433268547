# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def linear_bf16(params, x):
    """Accumulate in fp32 like a tensor core does, hand out bf16."""
    acc = jnp.einsum(
        "bi,ij->bj",
        x.astype(jnp.bfloat16),
        params["kernel"].astype(jnp.bfloat16),
        preferred_element_type=jnp.float32,
    )
    acc = acc + params["bias"].astype(jnp.bfloat16)
    return acc.astype(jnp.bfloat16)


def mean_squared_error(params, x, y):
    error = linear_bf16(params, x) - y.astype(jnp.bfloat16)
    return jnp.mean(error**2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=layer.kernel[...], bias=layer.bias[...])
    optimizer = optax.chain(
        optax.stateless(lambda updates, params: jax.tree.map(lambda u: u / loss_scale, updates)),
        optax.sgd(lr),
    )
    opt_state = optimizer.init(params)

    def scaled(params):
        return mean_squared_error(params, x, y).astype(jnp.float32) * loss_scale

    updates, opt_state = optimizer.update(jax.grad(scaled)(params), opt_state, params)
    params = optax.apply_updates(params, updates)
    return mean_squared_error(params, x, y).astype(jnp.float32).reshape(1)
