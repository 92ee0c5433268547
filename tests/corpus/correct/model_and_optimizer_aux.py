# expect: accepted
"""ModelAndOptimizer, has_aux, and the final loss through the scaled function."""
import jax, jax.numpy as jnp, optax
from flax import nnx

bf16, f32 = jnp.bfloat16, jnp.float32


def mixed_precision_step(seed, x, y, lr, loss_scale):
    opt = nnx.ModelAndOptimizer(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=int(seed))),
        optax.sgd(learning_rate=lr),
        wrt=nnx.Param,
    )

    def loss_fn(model, inputs, targets):
        gdef, state = nnx.split(model)
        low = nnx.merge(gdef, jax.tree.map(lambda leaf: leaf.astype(bf16), state))
        pred = low(inputs.astype(bf16))
        raw = jnp.square(pred - targets.astype(bf16)).mean()
        return raw.astype(f32) * loss_scale, (raw, pred)

    (scaled, (raw, pred)), grads = nnx.value_and_grad(loss_fn, has_aux=True)(opt.model, x, y)
    opt.update(jax.tree.map(lambda g: g / loss_scale, grads))
    after, _ = loss_fn(opt.model, x, y)
    return (after / loss_scale)[None]
