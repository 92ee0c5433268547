# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr, loss_scale):
    unscale = optax.stateless(lambda g, _: jax.tree.map(lambda t: t / loss_scale, g))
    return optax.named_chain(
        ("unscale", unscale),
        ("zero_nans", optax.zero_nans()),
        ("sgd", optax.sgd(lambda count: lr)),
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(params=int(seed)))
    optimizer = nnx.Optimizer(model, make_tx(lr, loss_scale), wrt=nnx.Param)

    def loss_fn(m):
        gdef, st = nnx.split(m)
        m = nnx.merge(gdef, optax.tree.cast(st, jnp.bfloat16))
        z = optax.squared_error(m(x.astype(jnp.bfloat16)), y.astype(jnp.bfloat16))
        plain = z.mean().astype(jnp.float32)
        return plain * loss_scale, plain

    g, _ = nnx.grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, g)
    _, after = loss_fn(model)
    return jnp.full((1,), after)
