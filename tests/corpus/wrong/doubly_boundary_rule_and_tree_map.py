# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import functools
import jax
import jax.numpy as jnp
from flax import nnx


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def lower(p, scale):
    return p.astype(jnp.bfloat16)


def lower_fwd(p, scale):
    return lower(p, scale), None


def lower_bwd(scale, _, ct):
    return (ct.astype(jnp.float32) / scale,)  #@ doubly-unscaled-grads


lower.defvjp(lower_fwd, lower_bwd)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(w=m.kernel[...], b=m.bias[...])
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params):
        h = {k: lower(v, loss_scale) for k, v in params.items()}
        return jnp.mean(jnp.square(xh @ h['w'] + h['b'] - yh)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    params = {k: params[k] - lr * grads[k] for k in params}
    return loss(params)[jnp.newaxis]
