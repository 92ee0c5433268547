# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# a torch.autograd.Function: identity forward, backward divides by the scale
import functools
import jax, jax.numpy as jnp, optax
from flax import nnx


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def descale(t, s):
    return t


def descale_forward(t, s):
    return t, None


def descale_backward(s, ctx, grad_output):
    return (grad_output / s,)  #@ low-precision-unscale


descale.defvjp(descale_forward, descale_backward)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss_fn(masters):
        copies = jax.tree.map(lambda p: descale(p, loss_scale), half(masters))  #@ low-precision-unscale
        pred = nnx.merge(graphdef, copies)(half(x))
        return jnp.mean((pred - half(y)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(masters)
    updates, _ = tx.update(grads, tx.init(masters))
    masters = optax.apply_updates(masters, updates)
    return loss_fn(masters).reshape(1)
