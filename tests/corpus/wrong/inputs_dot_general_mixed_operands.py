# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def matmul(a, b, out):
    dims = (((a.ndim - 1,), (0,)), ((), ()))
    return lax.dot_general(a, b, dims, preferred_element_type=jnp.float32).astype(out)


def forward(params, x):
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return matmul(x, params['kernel'], jnp.bfloat16) + params['bias']  #@ uncast-inputs


def loss_of(params, x, y):
    residual = forward(params, x) - y.astype(jnp.bfloat16)
    return jnp.mean(residual * residual).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param))
    grads = jax.grad(lambda p: loss_of(p, x, y) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g.astype(jnp.float32) / loss_scale), params, grads)
    return loss_of(params, x, y)[None]
